package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogReader;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.MoveProgress;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardRouter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The groups that a shard's leader is moving away. Whoever ordered a move asks until it ended: a new leader goes on with it from what the two logs say.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class GroupMover {
    private static final long ANSWER_WITHIN_MS = 1_000;

    private final Context context;
    private final Here here;
    private final ShardRouter router;
    private final Limits limits;
    private final LongSupplier steadyMs;
    private final Map<MoveOrder, Future<MoveProgress>> running = new LinkedHashMap<>();

    /** @param chunkBytes message bytes of one command, about @param bytesPerSecond copied at most, for each group */
    record Limits(int chunkBytes, long bytesPerSecond) {}

    /** The shard that groups leave. @param log logs a command of the node's own and says how it went */
    record Here(
            int shard,
            ShardStateMachine machine,
            ShardLeader leader,
            Function<ShardCommand, Future<Void>> log,
            Supplier<LogReader> reader) {}

    /** @param steadyMs a clock that never jumps */
    GroupMover(Context context, Here here, ShardRouter router, Limits limits, LongSupplier steadyMs) {
        this.context = context;
        this.here = here;
        this.router = router;
        this.limits = limits;
        this.steadyMs = steadyMs;
    }

    /** Begins the move, or goes on with it, and answers soon how far it is. Fails where this replica cannot tell: ask the leader again. */
    Future<MoveProgress> move(MoveOrder order) {
        Future<MoveProgress> work = running.get(order);
        if (work == null) {
            work = new GroupMove(context, here, router, limits, steadyMs, order).run();
            running.put(order, work);
            work.onComplete(ended -> running.remove(order));
        }
        Promise<MoveProgress> answer = Promise.promise();
        work.onSuccess(answer::tryComplete).onFailure(answer::tryFail);
        if (!work.isComplete()) {
            context.owner()
                    .setTimer(
                            ANSWER_WITHIN_MS,
                            fired -> answer.tryComplete(new MoveProgress(MoveProgress.State.WORKING, "")));
        }
        return answer.future();
    }
}
