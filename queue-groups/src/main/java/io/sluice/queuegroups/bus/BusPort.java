package io.sluice.queuegroups.bus;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardRouter.ShardPort;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * One gateway loop's way to the shards: gathers what the loop sends in a turn into one bus message per shard.
 *
 * <p><em>Confined to:</em> the loop's context.
 */
final class BusPort implements ShardPort {
    private final Vertx vertx;
    private final Context context;
    private final Origin origin;
    private final long packedOrigin;
    private final IntFunction<String> addressOfShard;
    private final Consumer<List<ShardEvent>> events;
    private final DeliveryOptions options = BusCodecs.forCommands();
    private final DeliveryOptions reportOptions = BusCodecs.forReport();
    private final UnresolvedPublishes[] unresolved;
    private final List<List<ShardCommand>> gathered;
    private final MessageConsumer<EventBatch> consumer;
    private final KeepAlives keepAlives;
    private final long timerId;
    private boolean flushing;

    BusPort(
            Vertx vertx,
            Origin origin,
            BusRouter.Surroundings around,
            IntFunction<String> addressOfShard,
            Consumer<List<ShardEvent>> events) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.origin = origin;
        this.packedOrigin = origin.pack();
        this.addressOfShard = addressOfShard;
        this.events = events;
        int shards = around.shards();
        this.unresolved = new UnresolvedPublishes[shards];
        this.gathered = new ArrayList<>(shards);
        for (int i = 0; i < shards; i++) {
            unresolved[i] = new UnresolvedPublishes();
            gathered.add(new ArrayList<>());
        }
        this.keepAlives = new KeepAlives(shards, around.keepAliveMs(), around.steadyMs());
        this.timerId = vertx.setPeriodic(around.keepAliveMs(), fired -> keepAlive());
        this.consumer = vertx.eventBus().consumer(origin.address(), this::received);
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public int shards() {
        return unresolved.length;
    }

    @Override
    public void ask(int shard, List<ConsumerAsk> asks) {
        vertx.eventBus().send(addressOfShard.apply(shard), new LoopReport(packedOrigin, asks), reportOptions);
    }

    @Override
    public void send(int shard, ShardCommand command) {
        gathered.get(shard).add(command);
        unresolved[shard].sent(command);
        if (command.type() == CommandType.CLOSE_PRODUCER) {
            // Its group may have come from another shard, which never answered.
            for (UnresolvedPublishes each : unresolved) {
                each.forget(command.sender());
            }
        }
        if (!flushing) {
            flushing = true;
            context.runOnContext(done -> flush());
        }
    }

    @Override
    public long unresolvedBytes(int shard, long tenantId) {
        return unresolved[shard].bytes(tenantId);
    }

    void close() {
        vertx.cancelTimer(timerId);
        consumer.unregister();
    }

    private void flush() {
        flushing = false;
        for (int shard = 0; shard < gathered.size(); shard++) {
            List<ShardCommand> commands = gathered.get(shard);
            if (!commands.isEmpty()) {
                gathered.set(shard, new ArrayList<>());
                sendBatch(shard, new CommandBatch(packedOrigin, commands));
            }
        }
    }

    private void sendBatch(int shard, CommandBatch batch) {
        vertx.eventBus()
                .<CommandBatch>sender(addressOfShard.apply(shard), options)
                .write(batch)
                .onFailure(failure -> context.runOnContext(now -> unreachable(shard, batch)));
    }

    /** The shard's leader has no receiver: nothing was logged. */
    private void unreachable(int shard, CommandBatch batch) {
        List<ShardEvent> failures = new ArrayList<>(batch.commands().size());
        for (ShardCommand command : batch.commands()) {
            failures.add(new ShardEvent.Failed(
                    command.sender(),
                    command.type(),
                    ErrorCode.UNAVAILABLE,
                    "the queue group's shard has no leader now; retry"));
        }
        hand(shard, failures);
    }

    private void received(Message<EventBatch> message) {
        EventBatch batch = message.body();
        if (batch.origin() != packedOrigin) {
            return;
        }
        KeepAlives.News news = keepAlives.heard(batch.shard(), batch.term());
        if (news == KeepAlives.News.OUTDATED) {
            return;
        }
        hand(batch.shard(), batch.events());
        if (news == KeepAlives.News.LEADER_CHANGED) {
            events.accept(List.of(new ShardEvent.LeaderChanged(batch.shard())));
        } else if (news == KeepAlives.News.CONTACT_REGAINED) {
            events.accept(List.of(new ShardEvent.ContactRegained(batch.shard())));
        }
    }

    private void keepAlive() {
        keepAlives.tick();
        for (int shard = 0; shard < unresolved.length; shard++) {
            ask(shard, List.of());
        }
    }

    private void hand(int shard, List<ShardEvent> batch) {
        UnresolvedPublishes publishes = unresolved[shard];
        for (ShardEvent event : batch) {
            publishes.resolved(event);
        }
        events.accept(batch);
    }
}
