package io.sluice.queuegroups.shard;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.FatalLogError;
import io.sluice.log.api.LogStatus;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.api.SparseSegment;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.machine.LiveRun;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives disk space back: empties sparse segments by appending their live messages again, charged to the tenants that own them and at a bounded rate, and
 * has snapshots taken, with which the log releases what nothing refers to.
 *
 * <p>The log takes snapshots by bytes written; after a big backlog was consumed nothing may be written for long. So this one asks for a snapshot too
 * when the segments hold much more than what is alive.
 *
 * <p><em>Invariants:</em> one step at a time; a step moves about {@code bytesPerStep} at most. <em>Confined to:</em> the shard's context.
 */
final class Relocator {
    private static final Logger LOG = LoggerFactory.getLogger(Relocator.class);
    /** Dead segments worth a snapshot of their own, and the pause between two such snapshots. */
    private static final int DEAD_SEGMENTS = 4;

    private static final int STEPS_BETWEEN_SNAPSHOTS = 10;

    private final Context context;
    private final ReplicatedLog log;
    private final ShardStateMachine machine;
    private final ShardLeader leader;
    private final Limits limits;
    private final FatalLogError fatal;
    private final LongOpenHashSet emptied = new LongOpenHashSet();
    private boolean working;
    private int stepsSinceSnapshot;

    /**
     * @param bytesPerStep message bytes that one step moves
     * @param maxCommandBytes message bytes of one RELOCATE
     * @param segmentBytes size of a segment file
     */
    record Limits(long bytesPerStep, int maxCommandBytes, long segmentBytes) {}

    Relocator(
            Context context,
            ReplicatedLog log,
            ShardStateMachine machine,
            ShardLeader leader,
            Limits limits,
            FatalLogError fatal) {
        this.context = context;
        this.log = log;
        this.machine = machine;
        this.leader = leader;
        this.limits = limits;
        this.fatal = fatal;
    }

    /**
     * Called about once a second while the shard leads here. Waits while groups move: a held one does not change, and of one that arrives nothing can be told yet.
     *
     * @param liveBytes message bytes that the state refers to, as last reported
     */
    void step(long liveBytes) {
        stepsSinceSnapshot++;
        if (working || machine.hasMoves()) {
            return;
        }
        List<SparseSegment> sparse = log.sparseSegments();
        if (!sparse.isEmpty()) {
            working = true;
            finish(empty(sparse, 0, limits.bytesPerStep()).compose(moved -> releaseIfEmptied(sparse)));
        } else if (stepsSinceSnapshot >= STEPS_BETWEEN_SNAPSHOTS && isMostlyDead(liveBytes)) {
            working = true;
            finish(snapshot());
        }
    }

    private boolean isMostlyDead(long liveBytes) {
        LogStatus status = log.status();
        long sealedBytes = (status.segmentCount() - 1) * limits.segmentBytes();
        return status.appliedIndex() > status.snapshotIndex()
                && sealedBytes - liveBytes > DEAD_SEGMENTS * limits.segmentBytes();
    }

    private void finish(Future<?> work) {
        work.onFailure(this::failed).onComplete(outcome -> working = false);
    }

    private Future<Void> snapshot() {
        stepsSinceSnapshot = 0;
        return Future.fromCompletionStage(log.snapshot(), context);
    }

    private Future<Void> releaseIfEmptied(List<SparseSegment> sparse) {
        if (!sparse.stream().allMatch(segment -> emptied.contains(segment.firstIndex()))) {
            return Future.succeededFuture();
        }
        emptied.clear();
        return snapshot();
    }

    /** Empties the segments from the {@code at}-th on until the budget is used up. */
    private Future<Void> empty(List<SparseSegment> sparse, int at, long budgetBytes) {
        if (at == sparse.size() || budgetBytes <= 0 || !leader.leads()) {
            return Future.succeededFuture();
        }
        SparseSegment segment = sparse.get(at);
        if (emptied.contains(segment.firstIndex())) {
            return empty(sparse, at + 1, budgetBytes);
        }
        return liveRuns(segment, budgetBytes).compose(runs -> {
            if (runs.isEmpty()) {
                emptied.add(segment.firstIndex());
                return empty(sparse, at + 1, budgetBytes);
            }
            long bytes = runs.stream().mapToLong(LiveRun::bytes).sum();
            return move(runs).compose(moved -> empty(sparse, at, budgetBytes - Math.max(1, bytes)));
        });
    }

    private Future<List<LiveRun>> liveRuns(SparseSegment segment, long maxBytes) {
        Promise<List<LiveRun>> answer = Promise.promise();
        machine.ask(asked -> {
            List<LiveRun> runs = asked.liveRuns(segment.firstIndex(), segment.lastIndex(), maxBytes);
            context.runOnContext(now -> answer.complete(runs));
        });
        leader.nudge();
        return answer.future();
    }

    private Future<?> move(List<LiveRun> runs) {
        return context.executeBlocking(() -> new RelocationReader(log.reader(), limits.maxCommandBytes()).read(runs))
                .compose(this::append);
    }

    private Future<?> append(List<ShardCommand> commands) {
        List<Future<Void>> appended = new ArrayList<>(commands.size());
        for (ShardCommand command : commands) {
            Promise<Void> applied = Promise.promise();
            appended.add(applied.future());
            leader.propose(new Pending(command, failure -> tell(applied, failure)));
        }
        return Future.join(appended);
    }

    private static void tell(Promise<Void> promise, @Nullable Throwable failure) {
        if (failure == null) {
            promise.complete();
        } else {
            promise.fail(failure);
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof DamagedLogException) {
            fatal.onFatal(log.name(), failure);
        }
        LOG.warn("{}: a sparse segment could not be emptied now, will try again: {}", log.name(), failure.getMessage());
    }
}
