package io.sluice.gateway.testkit;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.MoveProgress;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardRouter;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Shards as a small queue in memory: it takes commands in their real form and answers as the machine would, in the order of arrival.
 *
 * <p>Faults on request: commands of a type can be lost ({@link #lose}) and all answers held back ({@link #hold}). Safe for any thread.
 */
public final class FakeShards implements ShardRouter {
    private final Supplier<Executor> contexts;
    private final Map<Long, LoopPort> ports = new HashMap<>();
    private final FakeMachine machine = new FakeMachine();
    private final Map<CommandType, Integer> toLose = new EnumMap<>(CommandType.class);
    private final Map<CommandType, Integer> toDrop = new EnumMap<>(CommandType.class);
    private final Map<Class<? extends ShardEvent>, Integer> eventsToDrop = new HashMap<>();
    private int asksToDrop;
    private int asks;
    private final Map<CommandType, Integer> seen = new EnumMap<>(CommandType.class);
    private boolean holding;

    /** @param contexts answers the executor of the loop that calls */
    public FakeShards(Supplier<Executor> contexts) {
        this.contexts = contexts;
    }

    /** The next {@code count} commands of a type are lost: answered UNAVAILABLE and not applied. */
    public synchronized void lose(CommandType type, int count) {
        toLose.put(type, count);
    }

    /** The next {@code count} commands of a type are lost, and nobody is told. */
    public synchronized void drop(CommandType type, int count) {
        toDrop.put(type, count);
    }

    /** The next {@code count} events of a kind are lost on their way to the gateway. */
    public synchronized void drop(Class<? extends ShardEvent> kind, int count) {
        eventsToDrop.put(kind, count);
    }

    /** The next {@code count} questions are lost. */
    public synchronized void dropAsks(int count) {
        asksToDrop = count;
    }

    /** Questions that were asked. */
    public synchronized int asks() {
        return asks;
    }

    /** What the leader does about every half second for consumers that do not move. */
    public synchronized void tellStates() {
        machine.tellStates(this::emit);
    }

    /** The shard takes every gateway for lost. */
    public synchronized void loseGateways() {
        machine.loseGateways();
    }

    /** The shard closes every consumer, as when its queue is deleted. */
    public synchronized void closeConsumers(ErrorCode code) {
        machine.closeConsumers(code, this::emit);
    }

    /** Tells every loop something about the shard itself. */
    public synchronized void announce(ShardEvent event) {
        ports.values().forEach(port -> port.executor.execute(() -> port.events.accept(List.of(event))));
    }

    /** An event that nobody asked for, as a late or repeated one. */
    public synchronized void tell(long origin, ShardEvent event) {
        emit(origin, event);
    }

    private static <K> boolean takes(Map<K, Integer> losses, K key) {
        int left = losses.getOrDefault(key, 0);
        losses.put(key, Math.max(0, left - 1));
        return left > 0;
    }

    /** Holds back every answer until {@link #release}. */
    public synchronized void hold() {
        holding = true;
    }

    public synchronized void release() {
        holding = false;
        ports.values().forEach(LoopPort::schedule);
    }

    /** Commands of a type that arrived. */
    public synchronized int count(CommandType type) {
        return seen.getOrDefault(type, 0);
    }

    /** Messages waiting in a queue, checked-out ones excluded. */
    public synchronized int ready(long queueId) {
        return machine.ready(queueId);
    }

    public synchronized int consumers() {
        return machine.consumerCount();
    }

    /** Consumers whose connection was lost. */
    public synchronized int detached() {
        return machine.detachedCount();
    }

    public synchronized int producers() {
        return machine.openProducerCount();
    }

    /** Highest sequence with an outcome. */
    public synchronized long lastSequence(long groupId, String producer) {
        return machine.lastSequence(groupId, producer);
    }

    @Override
    public synchronized ShardPort open(int loop, Consumer<List<ShardEvent>> events) {
        Origin origin = new Origin(1, 1, loop);
        LoopPort port = new LoopPort(origin, contexts.get(), events);
        ports.put(origin.pack(), port);
        return port;
    }

    private synchronized void submit(ShardCommand command) {
        seen.merge(command.type(), 1, Integer::sum);
        if (takes(toDrop, command.type())) {
            return;
        }
        int losses = toLose.getOrDefault(command.type(), 0);
        if (losses > 0) {
            toLose.put(command.type(), losses - 1);
            emit(
                    command.origin(),
                    new ShardEvent.Failed(command.sender(), command.type(), ErrorCode.UNAVAILABLE, "no leader"));
        } else {
            machine.apply(command, this::emit);
        }
    }

    private void emit(long origin, ShardEvent event) {
        LoopPort port = ports.get(origin);
        if (port == null || takes(eventsToDrop, event.getClass())) {
            return;
        }
        port.waiting.add(event);
        if (!holding) {
            port.schedule();
        }
    }

    @Override
    public Future<Void> define(int shard, ShardCommand command) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> tell(int shard, ShardCommand command) {
        return define(shard, command);
    }

    @Override
    public Future<MoveProgress> move(int shard, MoveOrder order) {
        return Future.failedFuture("there is one shard");
    }

    @Override
    public Future<MoveStatus> moveStatus(int shard, long groupId, long moveId) {
        return Future.failedFuture("there is one shard");
    }

    @Override
    public Future<QueueStats> stats(int shard, long groupId, long queueId) {
        return Future.succeededFuture(new QueueStats(ready(queueId), 0, 0, consumers(), 0, 0));
    }

    private final class LoopPort implements ShardPort {
        private final Origin origin;
        private final Executor executor;
        private final Consumer<List<ShardEvent>> events;

        private final List<ShardEvent> waiting = new ArrayList<>();
        private boolean scheduled;

        LoopPort(Origin origin, Executor executor, Consumer<List<ShardEvent>> events) {
            this.origin = origin;
            this.executor = executor;
            this.events = events;
        }

        /** Events that gather reach the loop in one batch. */
        private void schedule() {
            if (!scheduled && !waiting.isEmpty()) {
                scheduled = true;
                executor.execute(() -> events.accept(take()));
            }
        }

        private List<ShardEvent> take() {
            synchronized (FakeShards.this) {
                scheduled = false;
                List<ShardEvent> batch = List.copyOf(waiting);
                waiting.clear();
                return batch;
            }
        }

        @Override
        public int shards() {
            return 2;
        }

        @Override
        public void ask(int shard, List<ConsumerAsk> questions) {
            synchronized (FakeShards.this) {
                asks++;
                if (asksToDrop > 0) {
                    asksToDrop--;
                } else {
                    questions.forEach(question -> machine.answer(origin.pack(), question, FakeShards.this::emit));
                }
            }
        }

        @Override
        public Origin origin() {
            return origin;
        }

        @Override
        public void send(int shard, ShardCommand command) {
            submit(command);
        }

        @Override
        public long unresolvedBytes(int shard, long tenantId) {
            return 0;
        }
    }
}
