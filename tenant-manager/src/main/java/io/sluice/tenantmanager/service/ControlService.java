package io.sluice.tenantmanager.service;

import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlEntry;
import io.sluice.tenantmanager.control.ControlMachine;
import io.sluice.tenantmanager.control.ControlResult;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.EntryCodec;
import io.sluice.tenantmanager.control.ShardTask;
import io.sluice.tenantmanager.directory.TenantDirectory;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands to the control shard and their outcomes, and the work on data shards that follows.
 *
 * <p>Safe for any thread; futures complete on the caller's Vert.x context.
 */
public final class ControlService implements AutoCloseable {
    /** Name of the control shard's log. */
    public static final String LOG_NAME = "control";

    private static final Logger LOG = LoggerFactory.getLogger(ControlService.class);
    private static final long PROPOSE_TIMEOUT_MS = 10_000;
    private static final long FOLLOW_EVERY_MS = 500;
    private static final long OUT_OF_TOUCH_NS = 5_000_000_000L;

    private final Vertx vertx;
    private final String node;
    private final ControlState state = new ControlState();
    private final ControlMachine machine = new ControlMachine(state);
    private final TenantDirectory directory = new TenantDirectory(state);
    private final EntryCodec codec = new EntryCodec();
    private final Outcomes outcomes = new Outcomes(UUID.randomUUID().toString());
    private final TaskWaiters waiters = new TaskWaiters(state);
    private final Reconciler reconciler;
    private final Proposals proposals;
    private volatile @Nullable ReplicatedLog log;
    private volatile long lastHeardNs;
    private volatile long followTimer = -1;

    private ControlService(Vertx vertx, DataShards shards, String node) {
        this.vertx = vertx;
        this.node = node;
        this.proposals = new Proposals(vertx, node);
        this.reconciler = new Reconciler(vertx, state, shards, this::confirm, this::callOff);
    }

    /** As a group of one node. */
    public static ControlService open(LogNode logs, Vertx vertx, DataShards shards) throws IOException {
        return open(logs, vertx, shards, "", null);
    }

    /**
     * Opens the control log and recovers what it holds. Blocks: not for event loops.
     *
     * @param node id of this node
     * @param members of the control shard when the cluster is formed, or null for this node alone
     */
    public static ControlService open(
            LogNode logs, Vertx vertx, DataShards shards, String node, @Nullable LogMembers members)
            throws IOException {
        ControlService service = new ControlService(vertx, shards, node);
        ControlShard shard = new ControlShard(service.state, service.machine, service.directory, service.listener());
        ReplicatedLog opened = members == null ? logs.open(LOG_NAME, shard) : logs.open(LOG_NAME, members, shard);
        service.log = opened;
        service.proposals.opened(opened);
        return service;
    }

    private ControlShard.Listener listener() {
        return new ControlShard.Listener() {
            @Override
            public void applied(String requestId, ControlMachine.Applied applied) {
                waiters.settled(applied.settled());
                outcomes.settle(requestId, applied.result());
                if (applied.result() instanceof ControlResult.Done done
                        && !done.tasks().isEmpty()) {
                    reconciler.wake();
                }
            }

            @Override
            public void leading() {
                reconciler.lead(true);
            }

            @Override
            public void following() {
                reconciler.lead(false);
            }
        };
    }

    /** From now on, looks twice a second whether the leader is heard of; after five seconds without, this node takes no new clients. */
    public void follow(BooleanSupplier leaderHeard) {
        lastHeardNs = System.nanoTime();
        followTimer = vertx.setPeriodic(FOLLOW_EVERY_MS, tick -> {
            long nowNs = System.nanoTime();
            if (leaderHeard.getAsBoolean()) {
                lastHeardNs = nowNs;
            }
            boolean out = nowNs - lastHeardNs > OUT_OF_TOUCH_NS;
            if (out != directory.isOutOfTouch()) {
                LOG.warn(
                        out
                                ? "no leader of the control shard was heard of for 5 s: this node takes no new clients until there is one"
                                : "the control shard has a leader again: this node takes new clients");
                directory.outOfTouch(out);
            }
        });
    }

    /** The control log, once it is open. */
    public ReplicatedLog log() {
        return Objects.requireNonNull(log, "the control log is not open yet");
    }

    public ControlState state() {
        return state;
    }

    public TenantDirectory directory() {
        return directory;
    }

    /** What the command would do now; changes nothing. */
    public ControlResult preview(ControlCommand command) {
        return machine.preview(command);
    }

    /**
     * Puts the command through the log. Fails with {@link io.sluice.log.api.NotLeaderException} when nothing was done, or with {@link LogUnavailableException} when that is not
     * known; every command may be sent again.
     *
     * @param who name of the token
     * @param from remote address
     */
    public Future<ControlResult> propose(ControlCommand command, String who, String from) {
        CompletableFuture<ControlResult> outcome = new CompletableFuture<>();
        String id = outcomes.open(outcome);
        ControlEntry entry = new ControlEntry(System.currentTimeMillis(), who, from, id, command);
        proposals.propose(codec.encode(entry)).onComplete(sent -> {
            if (sent.cause() instanceof IllegalArgumentException tooLarge) {
                outcomes.settle(id, tooLarge(tooLarge));
            } else if (sent.failed()) {
                outcomes.fail(id, sent.cause());
            }
        });
        // The outcome is what this replica applies, so who reads here afterwards sees the change.
        return Future.fromCompletionStage(outcome, vertx.getOrCreateContext())
                .timeout(PROPOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .onFailure(failure -> outcomes.fail(id, failure));
    }

    private static ControlResult tooLarge(IllegalArgumentException cause) {
        return new ControlResult.Refused(
                ControlResult.Reason.INVALID,
                "",
                "the request does not fit into one log entry (" + cause.getMessage() + "): send it in several parts");
    }

    /** Completes when the other nodes that answer know what is known here, within about a second. */
    public Future<Void> spread() {
        return proposals.spread(state.cluster().members().stream()
                .map(ClusterMap.Member::id)
                .filter(id -> !id.equals(node))
                .toList());
    }

    /** Completes with true once no data shard has to confirm any of the tasks any more, with false after that time. */
    public Future<Boolean> settled(List<Long> tasks, long timeoutMs) {
        CompletableFuture<Void> waiter = waiters.await(tasks);
        return Future.fromCompletionStage(waiter, vertx.getOrCreateContext())
                .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                .map(any -> true)
                .otherwise(false)
                .onSuccess(inTime -> {
                    if (!inTime) {
                        waiters.giveUp(waiter);
                    }
                });
    }

    private Future<Void> confirm(List<Long> tasks) {
        return propose(new ControlCommand.ConfirmTasks(tasks), "sluice", "").mapEmpty();
    }

    private Future<Void> callOff(ShardTask move, String why) {
        return propose(new ControlCommand.CallOffMove(move.id(), move.tenant(), move.group(), why), "sluice", "")
                .mapEmpty();
    }

    @Override
    public void close() {
        vertx.cancelTimer(followTimer);
        reconciler.close();
        proposals.close();
        ReplicatedLog open = log;
        if (open != null) {
            open.close();
        }
    }
}
