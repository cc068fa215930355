package io.sluice.tenantmanager.service;

import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlEntry;
import io.sluice.tenantmanager.control.ControlMachine;
import io.sluice.tenantmanager.control.ControlResult;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.EntryCodec;
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
import org.jspecify.annotations.Nullable;

/**
 * Commands to the control shard and their outcomes, and the work on data shards that follows.
 *
 * <p>Safe for any thread; futures complete on the caller's Vert.x context.
 */
public final class ControlService implements AutoCloseable {
    /** Name of the control shard's log. */
    public static final String LOG_NAME = "control";

    private static final long PROPOSE_TIMEOUT_MS = 10_000;

    private final Vertx vertx;
    private final ControlState state = new ControlState();
    private final ControlMachine machine = new ControlMachine(state);
    private final TenantDirectory directory = new TenantDirectory(state);
    private final EntryCodec codec = new EntryCodec();
    private final Outcomes outcomes = new Outcomes(UUID.randomUUID().toString());
    private final TaskWaiters waiters = new TaskWaiters(state);
    private final Reconciler reconciler;
    private volatile @Nullable ReplicatedLog log;

    private ControlService(Vertx vertx, DataShards shards) {
        this.vertx = vertx;
        this.reconciler = new Reconciler(vertx, state, shards, this::confirm);
    }

    /** Opens the control log and recovers what it holds. Blocks: not for event loops. */
    public static ControlService open(LogNode logs, Vertx vertx, DataShards shards) throws IOException {
        ControlService service = new ControlService(vertx, shards);
        service.log = logs.open(
                LOG_NAME, new ControlShard(service.state, service.machine, service.directory, service.listener()));
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
        ReplicatedLog target = log;
        if (target == null) {
            return Future.failedFuture(new LogUnavailableException("the control log is not open yet"));
        }
        CompletableFuture<ControlResult> outcome = new CompletableFuture<>();
        String id = outcomes.open(outcome);
        ControlEntry entry = new ControlEntry(System.currentTimeMillis(), who, from, id, command);
        try {
            target.append(codec.encode(entry)).whenComplete((index, failure) -> {
                if (failure != null) {
                    outcomes.fail(id, failure);
                }
            });
        } catch (IllegalArgumentException tooLarge) {
            outcomes.settle(
                    id,
                    new ControlResult.Refused(
                            ControlResult.Reason.INVALID,
                            "",
                            "the request does not fit into one log entry (" + tooLarge.getMessage()
                                    + "): send it in several parts"));
        }
        return Future.fromCompletionStage(outcome, vertx.getOrCreateContext())
                .timeout(PROPOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .onFailure(failure -> outcomes.fail(id, failure));
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

    @Override
    public void close() {
        reconciler.close();
        ReplicatedLog open = log;
        if (open != null) {
            open.close();
        }
    }
}
