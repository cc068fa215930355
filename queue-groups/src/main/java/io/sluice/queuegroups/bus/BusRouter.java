package io.sluice.queuegroups.bus;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.MoveProgress;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardRouter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** Reaches the shards over the event bus at the address of the node that leads them now. Safe for any thread. */
public final class BusRouter implements ShardRouter {
    private static final long REQUEST_TIMEOUT_MS = 3_000;
    private static final long RETRY_PAUSE_MS = 100;
    private static final long RETRY_FOR_MS = 10_000;

    private final Vertx vertx;
    private final NodeIdentity node;
    private final Surroundings around;
    private final IntFunction<String> addressOfShard;
    private final DeliveryOptions askOptions = BusCodecs.forAsk().setSendTimeout(REQUEST_TIMEOUT_MS);
    private final Queue<BusPort> ports = new ConcurrentLinkedQueue<>();

    /**
     * What the ports of a router are told.
     *
     * @param shards of the cluster
     * @param keepAliveMs pause between two reports of each gateway loop
     * @param steadyMs a clock that never jumps
     */
    public record Surroundings(int shards, long keepAliveMs, LongSupplier steadyMs) {}

    /** @param addressOfShard the event-bus address of the shard's leader as known now */
    public BusRouter(Vertx vertx, NodeIdentity node, Surroundings around, IntFunction<String> addressOfShard) {
        this.vertx = vertx;
        this.node = node;
        this.around = around;
        this.addressOfShard = addressOfShard;
    }

    /** The address at which a node's replica of a shard takes commands. */
    public static String shardAddress(int shard, String nodeId) {
        return "shard." + shard + "@" + nodeId;
    }

    @Override
    public ShardPort open(int loop, Consumer<List<ShardEvent>> events) {
        BusPort port = new BusPort(vertx, new Origin(node.number(), node.boot(), loop), around, addressOfShard, events);
        ports.add(port);
        return port;
    }

    @Override
    public Future<Void> define(int shard, ShardCommand command) {
        return this.<Object>ask(shard, new ShardAsk.Define(command), nowMs() + RETRY_FOR_MS)
                .mapEmpty();
    }

    @Override
    public Future<Void> tell(int shard, ShardCommand command) {
        return this.<Object>ask(shard, new ShardAsk.Define(command), nowMs()).mapEmpty();
    }

    @Override
    public Future<MoveProgress> move(int shard, MoveOrder order) {
        return ask(shard, new ShardAsk.Move(order), nowMs() + RETRY_FOR_MS);
    }

    @Override
    public Future<MoveStatus> moveStatus(int shard, long groupId, long moveId) {
        return ask(shard, new ShardAsk.MoveState(groupId, moveId), nowMs());
    }

    @Override
    public Future<QueueStats> stats(int shard, long groupId, long queueId) {
        return ask(shard, new ShardAsk.Stats(groupId, queueId), nowMs() + REQUEST_TIMEOUT_MS);
    }

    private long nowMs() {
        return around.steadyMs().getAsLong();
    }

    public void close() {
        ports.forEach(BusPort::close);
    }

    private <T> Future<T> ask(int shard, ShardAsk ask, long deadlineMs) {
        return vertx.eventBus()
                .<T>request(addressOfShard.apply(shard), ask, askOptions)
                .map(Message::body)
                .recover(failure -> again(shard, ask, deadlineMs, failure));
    }

    /** Definitions are idempotent (they carry the control index), so one whose outcome is unknown is sent again. */
    private <T> Future<T> again(int shard, ShardAsk ask, long deadlineMs, Throwable failure) {
        boolean refused = failure instanceof ReplyException reply
                && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
                && reply.failureCode() != ErrorCode.UNAVAILABLE.wire();
        if (refused || nowMs() >= deadlineMs) {
            return Future.failedFuture(failure);
        }
        return vertx.timer(RETRY_PAUSE_MS, TimeUnit.MILLISECONDS).compose(elapsed -> ask(shard, ask, deadlineMs));
    }
}
