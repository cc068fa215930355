package io.sluice.queuegroups.shard;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.FatalLogError;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties sparse segments: appends their live messages again, charged to the tenants that own them and at a bounded rate, then has a snapshot taken, with
 * which the log releases the files.
 *
 * <p><em>Invariants:</em> one step at a time; a step moves at most {@code bytesPerStep}. <em>Confined to:</em> the shard's context.
 */
final class Relocator {
    private static final Logger LOG = LoggerFactory.getLogger(Relocator.class);

    private final Context context;
    private final ReplicatedLog log;
    private final ShardStateMachine machine;
    private final Consumer<Pending> propose;
    private final Limits limits;
    private final FatalLogError fatal;
    private final LongOpenHashSet emptied = new LongOpenHashSet();
    private boolean working;

    /** @param bytesPerStep message bytes that one step moves @param maxCommandBytes message bytes of one RELOCATE */
    record Limits(long bytesPerStep, int maxCommandBytes) {}

    Relocator(
            Context context,
            ReplicatedLog log,
            ShardStateMachine machine,
            Consumer<Pending> propose,
            Limits limits,
            FatalLogError fatal) {
        this.context = context;
        this.log = log;
        this.machine = machine;
        this.propose = propose;
        this.limits = limits;
        this.fatal = fatal;
    }

    /** Called about once a second while the shard leads here. */
    void step() {
        List<SparseSegment> sparse = working ? List.of() : log.sparseSegments();
        if (sparse.isEmpty()) {
            return;
        }
        working = true;
        Future<?> done = sparse.stream()
                .filter(segment -> !emptied.contains(segment.firstIndex()))
                .findFirst()
                .<Future<?>>map(this::empty)
                .orElseGet(this::release);
        done.onFailure(this::failed).onComplete(outcome -> working = false);
    }

    /** Every sparse segment is empty: the snapshot lets go of them. */
    private Future<?> release() {
        emptied.clear();
        return Future.fromCompletionStage(log.snapshot(), context);
    }

    private Future<?> empty(SparseSegment segment) {
        return liveRuns(segment).compose(runs -> {
            if (runs.isEmpty()) {
                emptied.add(segment.firstIndex());
                return Future.succeededFuture();
            }
            return move(runs);
        });
    }

    private Future<List<LiveRun>> liveRuns(SparseSegment segment) {
        Promise<List<LiveRun>> answer = Promise.promise();
        machine.ask(asked -> {
            List<LiveRun> runs = asked.liveRuns(segment.firstIndex(), segment.lastIndex(), limits.bytesPerStep());
            context.runOnContext(now -> answer.complete(runs));
        });
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
            propose.accept(new Pending(command, failure -> finish(applied, failure)));
        }
        return Future.join(appended);
    }

    private static void finish(Promise<Void> promise, @Nullable Throwable failure) {
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
