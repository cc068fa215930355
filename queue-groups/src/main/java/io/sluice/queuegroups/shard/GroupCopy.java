package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogReader;
import io.sluice.queuegroups.api.MoveCommands;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardRouter;
import io.sluice.queuegroups.machine.GroupImage;
import io.sluice.queuegroups.machine.GroupMessages;
import io.sluice.queuegroups.machine.LiveRun;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Sends a held group's state and messages to the shard that it goes to, piece by piece, at a bounded rate. Use once. <em>Confined to:</em> the shard's context. */
final class GroupCopy {
    private final Context context;
    private final ShardRouter router;
    private final GroupMover.Limits limits;
    private final LongSupplier steadyMs;
    private final MoveOrder order;
    private final MovingBodies bodies;
    private final long beganMs;
    private long sentBytes;

    /** @param steadyMs a clock that never jumps */
    GroupCopy(
            Context context,
            ShardRouter router,
            GroupMover.Limits limits,
            LongSupplier steadyMs,
            MoveOrder order,
            LogReader reader) {
        this.context = context;
        this.router = router;
        this.limits = limits;
        this.steadyMs = steadyMs;
        this.order = order;
        this.bodies = new MovingBodies(reader);
        this.beganMs = steadyMs.getAsLong();
    }

    private record Piece(int messages, ShardCommand command) {}

    /** Sends what is not there yet. Fails where the other shard refuses a piece, or this one leads no longer. */
    Future<Void> send(GroupImage image, MoveStatus there, BooleanSupplier leads) {
        return sendState(image, there.stateBytes(), leads)
                .compose(sent -> context.executeBlocking(() -> {
                    GroupMessages messages = image.messages();
                    messages.skip(there.messages());
                    return messages;
                }))
                .compose(messages -> sendMessages(messages, there.messages(), leads));
    }

    private Future<Void> sendState(GroupImage image, long offset, BooleanSupplier leads) {
        if (offset >= image.state().sizeBytes()) {
            return Future.succeededFuture();
        }
        var bytes = image.slice(offset, limits.chunkBytes());
        long next = offset + bytes.remaining();
        return tell(
                        MoveCommands.importState(
                                order.tenantId(), order.groupId(), order.moveId(), image.state(), offset, bytes),
                        leads)
                .compose(sent -> sendState(image, next, leads));
    }

    private Future<Void> sendMessages(GroupMessages messages, long first, BooleanSupplier leads) {
        if (messages.isEmpty()) {
            return Future.succeededFuture();
        }
        return context.executeBlocking(() -> read(messages, first))
                .compose(piece -> tell(piece.command(), leads)
                        .compose(sent -> sendMessages(messages, first + piece.messages(), leads)));
    }

    private Piece read(GroupMessages messages, long first) throws java.io.IOException {
        List<LiveRun> runs = messages.next(limits.chunkBytes());
        int count = runs.stream().mapToInt(LiveRun::count).sum();
        ShardCommand command = MoveCommands.importMessages(
                order.tenantId(), order.groupId(), order.moveId(), first, count, bodies.read(runs));
        return new Piece(count, command);
    }

    private Future<Void> tell(ShardCommand command, BooleanSupplier leads) {
        if (!leads.getAsBoolean()) {
            return Future.failedFuture("the shard leads here no longer");
        }
        sentBytes += command.sizeBytes();
        long aheadMs = sentBytes * 1_000 / limits.bytesPerSecond() - (steadyMs.getAsLong() - beganMs);
        Future<Void> told = router.tell(order.toShard(), command);
        return aheadMs <= 0 ? told : told.compose(done -> context.owner().timer(aheadMs, TimeUnit.MILLISECONDS));
    }
}
