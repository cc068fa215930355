package io.sluice.queuegroups.shard;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.MoveCommands;
import io.sluice.queuegroups.api.MoveCommands.HoldStep;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.MoveProgress;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.MoveStatus.Stage;
import io.sluice.queuegroups.api.ShardRouter;
import io.sluice.queuegroups.machine.GroupImage;
import io.sluice.queuegroups.machine.ShardMachine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One group's way from this shard to another one: hold it, copy it, seal it, have it adopted. Every step is logged by one of the two shards and may be done again.
 *
 * <p>Until the group is sealed the move can be called off from here, and is when the other shard refuses it or does not take it in time. After that the other shard
 * decides. <em>Confined to:</em> the shard's context.
 */
final class GroupMove {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMove.class);
    /** Less than gateways' patience with a shard that does not answer. */
    static final long LONGEST_HOLD_MS = 20_000;

    private static final long PAUSE_MS = 100;

    private final Context context;
    private final GroupMover.Here here;
    private final ShardRouter router;
    private final GroupMover.Limits limits;
    private final LongSupplier steadyMs;
    private final MoveOrder order;
    private long beganMs;
    private boolean sealed;
    private @Nullable GroupImage image;

    GroupMove(
            Context context,
            GroupMover.Here here,
            ShardRouter router,
            GroupMover.Limits limits,
            LongSupplier steadyMs,
            MoveOrder order) {
        this.context = context;
        this.here = here;
        this.router = router;
        this.limits = limits;
        this.steadyMs = steadyMs;
        this.order = order;
        this.beganMs = steadyMs.getAsLong();
    }

    private record Found(MoveStatus status, long bytes) {}

    /** Fails where this replica cannot go on. */
    Future<MoveProgress> run() {
        return ask(now -> new Found(now.moveStatus(order.groupId(), order.moveId()), now.groupBytes(order.groupId())))
                .compose(found -> switch (found.status().stage()) {
                    case LEFT -> adopted();
                    case CALLED_OFF -> ended(MoveProgress.State.CALLED_OFF, "it was called off before");
                    case HERE -> begin(found.bytes());
                    case HELD -> hold();
                    case SEALED -> {
                        sealed = true;
                        yield takeImage();
                    }
                    default -> callOff("the queue group is not in shard " + here.shard());
                });
    }

    private Future<MoveProgress> begin(long bytes) {
        long most = limits.bytesPerSecond() * LONGEST_HOLD_MS / 2_000;
        if (bytes > most) {
            return callOff("it holds " + bytes + " bytes, and more than " + most
                    + " could not be copied fast enough: consume some, or raise groups.moveBytesPerSecond");
        }
        return router.moveStatus(order.toShard(), order.groupId(), order.moveId())
                .transform(there -> {
                    if (there.failed()) {
                        return isLate() ? callOff(noAnswer(there.cause())) : later(() -> begin(bytes));
                    }
                    boolean remains = there.result().stage() == Stage.LEFT;
                    return remains && !isLate() ? later(() -> begin(bytes)) : hold();
                });
    }

    private String noAnswer(Throwable cause) {
        return "shard " + order.toShard() + " does not take it: " + cause.getMessage();
    }

    private Future<MoveProgress> hold() {
        LOG.info("group {} is held, to go from shard {} to {}", order.groupId(), here.shard(), order.toShard());
        return log(HoldStep.HOLD).transform(held -> held.succeeded() ? takeImage() : refusedHere(held.cause()));
    }

    private Future<MoveProgress> refusedHere(Throwable cause) {
        return code(cause) == ErrorCode.UNAVAILABLE.wire()
                ? Future.failedFuture(cause)
                : callOff(String.valueOf(cause.getMessage()));
    }

    private Future<MoveProgress> takeImage() {
        beganMs = steadyMs.getAsLong();
        return ask(now -> now.image(order.groupId())).compose(taken -> {
            image = taken;
            // Null: another replica led meanwhile and ended the hold.
            return taken == null ? Future.failedFuture("the queue group is not held any more") : bring();
        });
    }

    private GroupImage image() {
        return Objects.requireNonNull(image);
    }

    private Future<MoveProgress> bring() {
        return router.moveStatus(order.toShard(), order.groupId(), order.moveId())
                .compose(there -> switch (there.stage()) {
                    case ADOPTED -> adopted();
                    case FORGOTTEN -> callOff("shard " + order.toShard() + " gave it up");
                    case ABSENT, ARRIVING ->
                        copy(there).compose(copied -> seal()).compose(done -> adopt());
                    default -> Future.failedFuture("shard " + order.toShard() + " cannot take it now");
                })
                .recover(this::again);
    }

    private Future<Void> copy(MoveStatus there) {
        GroupCopy copy = new GroupCopy(
                context, router, limits, steadyMs, order, here.reader().get());
        return copy.send(image(), there, here.leader()::leads);
    }

    private Future<Void> seal() {
        return sealed ? Future.succeededFuture() : log(HoldStep.SEAL).onSuccess(done -> sealed = true);
    }

    private Future<MoveProgress> adopt() {
        return router.tell(
                        order.toShard(),
                        MoveCommands.adoptGroup(order.tenantId(), order.groupId(), order.moveId(), image().state()))
                .compose(done -> adopted());
    }

    private Future<MoveProgress> adopted() {
        return ended(MoveProgress.State.ADOPTED, "");
    }

    private Future<MoveProgress> ended(MoveProgress.State state, String why) {
        LOG.info(
                "group {} from shard {} to {}: {} after {} ms{}",
                order.groupId(),
                here.shard(),
                order.toShard(),
                state,
                steadyMs.getAsLong() - beganMs,
                why.isEmpty() ? "" : ": " + why);
        return Future.succeededFuture(new MoveProgress(state, why));
    }

    /** Something failed on the way. */
    private Future<MoveProgress> again(Throwable failure) {
        if (!here.leader().leads()) {
            return Future.failedFuture(failure);
        }
        int code = code(failure);
        boolean passing = code == ErrorCode.UNAVAILABLE.wire() || code == ErrorCode.OUT_OF_SEQUENCE.wire();
        if (!passing && sealed) {
            return giveUpThere(failure);
        }
        if (!sealed && (!passing || isLate())) {
            return callOff(noAnswer(failure));
        }
        return later(this::bring);
    }

    /** Only the other shard can end it now: it forgets what arrived, unless it adopted it after all. */
    private Future<MoveProgress> giveUpThere(Throwable failure) {
        return router.tell(
                        order.toShard(), MoveCommands.forgetImport(order.tenantId(), order.groupId(), order.moveId()))
                .transform(forgotten -> forgotten.succeeded() ? callOff(noAnswer(failure)) : later(this::bring));
    }

    /** Always logged, so that an order that was under way begins nothing afterwards. */
    private Future<MoveProgress> callOff(String why) {
        return log(sealed ? HoldStep.LIFT_SEALED : HoldStep.LIFT)
                .transform(lifted -> lifted.succeeded() || code(lifted.cause()) == ErrorCode.NOT_FOUND.wire()
                        ? ended(MoveProgress.State.CALLED_OFF, why)
                        : Future.failedFuture(lifted.cause()));
    }

    /** Timeouts and missing receivers count as unavailable. */
    private static int code(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureCode() > 0
                ? reply.failureCode()
                : ErrorCode.UNAVAILABLE.wire();
    }

    private boolean isLate() {
        return steadyMs.getAsLong() - beganMs > LONGEST_HOLD_MS;
    }

    private Future<Void> log(HoldStep step) {
        return here.log().apply(MoveCommands.holdGroup(order.tenantId(), order.groupId(), order.moveId(), step));
    }

    private Future<MoveProgress> later(Supplier<Future<MoveProgress>> next) {
        return context.owner().timer(PAUSE_MS, TimeUnit.MILLISECONDS).compose(elapsed -> next.get());
    }

    private <T> Future<T> ask(Function<ShardMachine, T> question) {
        Promise<T> answer = Promise.promise();
        here.machine().ask(now -> {
            T found = question.apply(now);
            context.runOnContext(any -> answer.complete(found));
        });
        here.leader().nudge();
        return answer.future();
    }
}
