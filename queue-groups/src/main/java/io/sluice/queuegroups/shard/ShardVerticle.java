package io.sluice.queuegroups.shard;

import io.sluice.log.api.ReplicatedLog;
import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.bus.BusCodecs;
import io.sluice.queuegroups.bus.BusRouter;
import io.sluice.queuegroups.bus.CommandBatch;
import io.sluice.queuegroups.bus.LoopReport;
import io.sluice.queuegroups.bus.ShardAsk;
import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.machine.ShardMachine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a shard on the event bus, at {@code shard.<n>@<node>}: opens its log, hands what arrives to the {@link ShardLeader}, keeps its clocks.
 *
 * <p><em>Confined to:</em> its context.
 */
final class ShardVerticle extends VerticleBase {
    private static final long HOUSEKEEPING_MS = 1_000;
    private static final long LOOK_AFTER_GATEWAYS_MS = 500;
    private static final long DRAIN_POLL_MS = 5;
    private static final int DRAIN_POLLS = 1_000;

    private final ShardParts parts;
    private final DeliveryOptions statsOptions = BusCodecs.forStats();
    private final DeliveryOptions statusOptions = BusCodecs.forMoveStatus();
    private final DeliveryOptions progressOptions = BusCodecs.forMoveProgress();
    private @Nullable ReplicatedLog log;
    private @Nullable ShardLeader leader;
    private @Nullable Relocator relocator;
    private @Nullable VersionRaiser versions;
    private @Nullable GroupMover mover;
    private boolean leadsFromStart;
    private long nextInternalSender;
    private long reportedCount = -1;

    ShardVerticle(ShardParts parts) {
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        parts.onLeading(() -> context.runOnContext(now -> leading()));
        parts.onInternalCommand(command -> context.runOnContext(now -> propose(command)));
        return vertx.executeBlocking(parts::open).map(this::opened);
    }

    @Override
    public Future<?> stop() {
        ShardLeader leader = leader();
        leader.close();
        return drained(leader, DRAIN_POLLS)
                .compose(done -> vertx.executeBlocking(() -> {
                    parts.close();
                    return null;
                }));
    }

    private ReplicatedLog opened(ReplicatedLog opened) {
        log = opened;
        leader = parts.leader(context, opened);
        relocator = parts.relocator(context, opened, leader);
        versions = parts.versions(leader);
        mover = parts.mover(context, opened, leader, this::logOwn);
        // Before anyone publishes: a node that comes back on a full disk must not fill it up.
        leader.lookAround(opened.status().freeDiskBytes(), parts.tooFewHaveRoom());
        if (leadsFromStart || opened.isLeader()) {
            leading();
        }
        vertx.eventBus().consumer(BusRouter.shardAddress(parts.shard(), parts.nodeId()), this::received);
        vertx.setPeriodic(HOUSEKEEPING_MS, tick -> housekeeping());
        vertx.setPeriodic(LOOK_AFTER_GATEWAYS_MS, tick -> leader().lookAfterGateways());
        return opened;
    }

    /** May be told before the log is open, or twice: taking the lead again is harmless. */
    private void leading() {
        leadsFromStart = true;
        if (leader != null) {
            leader.leading();
        }
    }

    private void received(Message<Object> message) {
        Object body = message.body();
        if (body instanceof CommandBatch batch) {
            leader().accept(batch);
        } else if (body instanceof LoopReport report) {
            leader().accept(report);
        } else if (body instanceof ShardAsk.Versions) {
            message.reply(ShardMachine.NEWEST_VERSION);
        } else if (!leader().leads()) {
            message.fail(ErrorCode.UNAVAILABLE.wire(), "shard " + parts.shard() + " does not lead here");
        } else if (body instanceof ShardAsk.Define define) {
            define(define.command(), message);
        } else if (body instanceof ShardAsk.Stats stats) {
            stats(stats, message);
        } else if (body instanceof ShardAsk.Move move) {
            move(move.order(), message);
        } else if (body instanceof ShardAsk.MoveState state) {
            moveState(state, message);
        }
    }

    private void define(ShardCommand command, Message<Object> message) {
        boolean brings = command.type() == CommandType.IMPORT_STATE || command.type() == CommandType.IMPORT_MESSAGES;
        if (brings && leader().isShortOfDisk()) {
            message.fail(ErrorCode.UNAVAILABLE.wire(), "disk reserve: nodes are short of disk space");
        } else {
            logOwn(command).onSuccess(done -> message.reply(null)).onFailure(failure -> fail(message, failure));
        }
    }

    private static void fail(Message<Object> message, Throwable failure) {
        int code = failure instanceof ReplyException refused ? refused.failureCode() : ErrorCode.UNAVAILABLE.wire();
        message.fail(code, failure.getMessage());
    }

    /** Logs a command of the node's own; fails with a ReplyException that has the code where it is refused. */
    private Future<Void> logOwn(ShardCommand command) {
        if (command.type().movesGroup() && parts.machine().machineVersion() < ShardMachine.GROUPS_MOVE) {
            // A node of an older release could not read it.
            return Future.failedFuture(
                    refusal(ErrorCode.UNAVAILABLE, "not all nodes of shard " + parts.shard() + " can move groups yet"));
        }
        long sender = ++nextInternalSender;
        ShardCommand numbered = new ShardCommand(
                command.type(),
                command.flags(),
                command.tenantId(),
                command.groupId(),
                command.origin(),
                sender,
                command.head(),
                command.tail());
        Promise<Void> logged = Promise.promise();
        leader().propose(new Pending(numbered, failure -> applied(numbered, failure, logged)));
        return logged.future();
    }

    private void applied(ShardCommand command, @Nullable Throwable failure, Promise<Void> logged) {
        Effect.@Nullable Failed refused = parts.internalFailures().remove(command.sender());
        if (failure != null) {
            logged.fail(refusal(ErrorCode.UNAVAILABLE, "could not be logged now"));
        } else if (refused != null) {
            logged.fail(refusal(refused.code(), refused.message()));
        } else {
            if (command.type() == CommandType.ADOPT_GROUP || command.type() == CommandType.HOLD_GROUP) {
                leader().groupsCame();
            }
            logged.complete();
        }
    }

    private static ReplyException refusal(ErrorCode code, String message) {
        return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code.wire(), message);
    }

    private void move(MoveOrder order, Message<Object> message) {
        mover().move(order)
                .onSuccess(progress -> message.reply(progress, progressOptions))
                .onFailure(failure -> fail(message, failure));
    }

    private void moveState(ShardAsk.MoveState ask, Message<Object> message) {
        parts.machine().ask(machine -> message.reply(machine.moveStatus(ask.groupId(), ask.moveId()), statusOptions));
        leader().nudge();
    }

    private void stats(ShardAsk.Stats ask, Message<Object> message) {
        parts.machine().ask(machine -> {
            QueueStats stats = machine.stats(ask.groupId(), ask.queueId());
            if (stats == null) {
                message.fail(ErrorCode.NOT_FOUND.wire(), "no such queue");
            } else {
                message.reply(stats, statsOptions);
            }
        });
        leader().nudge();
    }

    private void propose(ShardCommand command) {
        leader().propose(new Pending(command, null));
    }

    private void housekeeping() {
        ShardLeader leader = leader();
        if (leader.leads() && parts.machine().appliedCount() != reportedCount) {
            parts.machine().ask(this::report);
            leader.lookToo();
        }
        if (leader.leads() && relocator != null) {
            relocator.step(parts.liveBytes());
        }
        if (leader.leads() && versions != null) {
            versions.lookAround();
        }
        leader.lookAround(log().status().freeDiskBytes(), parts.tooFewHaveRoom());
    }

    /** Apply thread. */
    private void report(ShardMachine machine) {
        parts.report(machine);
        long count = parts.machine().appliedCount();
        context.runOnContext(now -> reportedCount = count);
    }

    private Future<Void> drained(ShardLeader leader, int pollsLeft) {
        if (leader.isIdle() || pollsLeft == 0) {
            return Future.succeededFuture();
        }
        Promise<Void> polled = Promise.promise();
        vertx.setTimer(DRAIN_POLL_MS, fired -> polled.complete());
        return polled.future().compose(again -> drained(leader, pollsLeft - 1));
    }

    private ShardLeader leader() {
        if (leader == null) {
            throw new IllegalStateException("shard " + parts.shard() + " is not open");
        }
        return leader;
    }

    private GroupMover mover() {
        if (mover == null) {
            throw new IllegalStateException("shard " + parts.shard() + " is not open");
        }
        return mover;
    }

    private ReplicatedLog log() {
        if (log == null) {
            throw new IllegalStateException("shard " + parts.shard() + " is not open");
        }
        return log;
    }
}
