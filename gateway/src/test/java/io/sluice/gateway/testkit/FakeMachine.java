package io.sluice.gateway.testkit;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.MessageFormat;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the fake shards hold: producers with contiguous sequences, queues, consumers with what they have checked out. */
final class FakeMachine {
    private record Key(long origin, long sender) {}

    private record Name(long groupId, String name) {}

    private record Stored(ByteBuffer message, int deliveryCount) {}

    private static final class Producer {
        private int epoch;
        private long lastSequence;
        private @Nullable Key owner;
    }

    private static final class Consumer {
        private final long queueId;
        private Key owner;
        private int prefetch;
        private long prefetchBytes;
        private int epoch = 1;
        private long lastTag;
        private long settleSequence;
        private boolean detached;
        private final TreeMap<Long, Stored> out = new TreeMap<>();

        Consumer(long queueId, Key owner, int prefetch, long prefetchBytes) {
            this.queueId = queueId;
            this.owner = owner;
            this.prefetch = prefetch;
            this.prefetchBytes = prefetchBytes;
        }

        ShardEvent state() {
            long lastOut = out.isEmpty() ? 0 : out.lastKey();
            return new ShardEvent.ConsumerState(
                    owner.sender, epoch, lastOut, settleSequence, prefetch, prefetchBytes, !detached);
        }
    }

    private final Map<Name, Producer> producers = new HashMap<>();
    private final Map<Key, Producer> open = new HashMap<>();
    private final Map<Long, ArrayDeque<Stored>> queues = new HashMap<>();
    private final Map<Key, Consumer> consumers = new LinkedHashMap<>();

    int ready(long queueId) {
        return queue(queueId).size();
    }

    int consumerCount() {
        return consumers.size();
    }

    int detachedCount() {
        return (int) consumers.values().stream()
                .filter(consumer -> consumer.detached)
                .count();
    }

    int openProducerCount() {
        return open.size();
    }

    long lastSequence(long groupId, String producer) {
        Producer found = producers.get(new Name(groupId, producer));
        return found == null ? 0 : found.lastSequence;
    }

    private ArrayDeque<Stored> queue(long queueId) {
        return queues.computeIfAbsent(queueId, id -> new ArrayDeque<>());
    }

    void apply(ShardCommand command, BiConsumer<Long, ShardEvent> emit) {
        Key key = new Key(command.origin(), command.sender());
        ByteBuffer head = command.head().duplicate();
        switch (command.type()) {
            case OPEN_PRODUCER -> openProducer(command, key, string(head), emit);
            case CLOSE_PRODUCER -> {
                Producer closed = open.remove(key);
                if (command.flags() == 1) {
                    producers.values().remove(closed);
                }
                emit.accept(key.origin, new ShardEvent.ProducerLeft(key.sender));
            }
            case PUBLISH -> publish(command, key, head, emit);
            case SKIP_SEQUENCES -> skip(key, head, emit);
            case SUBSCRIBE -> {
                Consumer consumer = consumers.computeIfAbsent(
                        key, k -> new Consumer(head.getLong(), key, head.getInt(), head.getLong()));
                emit.accept(key.origin, new ShardEvent.Subscribed(key.sender, consumer.epoch));
            }
            case SET_PREFETCH ->
                with(key, consumer -> {
                    consumer.prefetch = head.getInt();
                    consumer.prefetchBytes = head.getLong();
                    emit.accept(key.origin, consumer.state());
                });
            case SETTLE -> settle(command, key, head, emit);
            case UNSUBSCRIBE -> unsubscribe(key, emit);
            case DETACH_CONSUMER ->
                with(key, consumer -> {
                    consumer.detached = true;
                    emit.accept(key.origin, consumer.state());
                });
            case ATTACH_CONSUMER -> attach(key, head, emit);
            default -> throw new IllegalArgumentException("unexpected " + command.type());
        }
        deliver(emit);
    }

    private void with(Key key, java.util.function.Consumer<Consumer> action) {
        Consumer consumer = consumers.get(key);
        if (consumer != null) {
            action.accept(consumer);
        }
    }

    private static String string(ByteBuffer head) {
        byte[] bytes = new byte[head.getShort()];
        head.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void openProducer(ShardCommand command, Key key, String name, BiConsumer<Long, ShardEvent> emit) {
        Producer producer = producers.computeIfAbsent(new Name(command.groupId(), name), n -> new Producer());
        producer.epoch++;
        Key older = producer.owner;
        if (older != null && open.remove(older) != null) {
            emit.accept(older.origin, new ShardEvent.ProducerFenced(older.sender, producer.epoch));
        }
        producer.owner = key;
        open.put(key, producer);
        emit.accept(key.origin, new ShardEvent.ProducerOpened(key.sender, producer.epoch, producer.lastSequence));
    }

    private void publish(ShardCommand command, Key key, ByteBuffer head, BiConsumer<Long, ShardEvent> emit) {
        Producer producer = open.get(key);
        int epoch = head.getInt();
        long first = head.getLong();
        long last = first + head.getInt() - 1;
        if (producer == null) {
            emit.accept(
                    key.origin,
                    new ShardEvent.Failed(key.sender, command.type(), ErrorCode.NOT_FOUND, "the producer is not open"));
            return;
        }
        if (epoch != producer.epoch || first > producer.lastSequence + 1) {
            emit.accept(
                    key.origin,
                    new ShardEvent.Rejected(key.sender, first, last, ErrorCode.OUT_OF_SEQUENCE, "a gap at " + first));
            return;
        }
        if (first == producer.lastSequence + 1) {
            producer.lastSequence = last;
            store(command, head);
        }
        emit.accept(key.origin, new ShardEvent.Confirmed(key.sender, first, last));
    }

    private void store(ShardCommand command, ByteBuffer head) {
        int sections = head.getShort();
        ByteBuffer messages = command.tail().duplicate();
        for (int i = 0; i < sections; i++) {
            ArrayDeque<Stored> queue = queue(head.getLong());
            int count = head.getInt();
            head.getInt();
            head.get();
            for (int j = 0; j < count; j++) {
                byte[] message = new byte[MessageFormat.sizeBytes(messages, messages.position())];
                messages.get(message);
                queue.addLast(new Stored(ByteBuffer.wrap(message), 0));
            }
        }
    }

    private void skip(Key key, ByteBuffer head, BiConsumer<Long, ShardEvent> emit) {
        Producer producer = open.get(key);
        head.getInt();
        long first = head.getLong();
        long last = head.getLong();
        ErrorCode code = ErrorCode.ofWire(head.get());
        if (producer == null || first > producer.lastSequence + 1) {
            emit.accept(
                    key.origin,
                    new ShardEvent.Rejected(key.sender, first, last, ErrorCode.OUT_OF_SEQUENCE, "a gap at " + first));
            return;
        }
        producer.lastSequence = Math.max(producer.lastSequence, last);
        emit.accept(key.origin, new ShardEvent.Rejected(key.sender, first, last, code, string(head)));
    }

    private void settle(ShardCommand command, Key key, ByteBuffer head, BiConsumer<Long, ShardEvent> emit) {
        Consumer consumer = consumers.get(key);
        int epoch = head.getInt();
        long sequence = head.getLong();
        if (consumer == null || epoch != consumer.epoch) {
            ErrorCode code = consumer == null ? ErrorCode.NOT_FOUND : ErrorCode.FORBIDDEN;
            emit.accept(key.origin, new ShardEvent.Failed(key.sender, command.type(), code, "no such consumer epoch"));
            return;
        }
        if (sequence > consumer.settleSequence + 1) {
            emit.accept(
                    key.origin, new ShardEvent.Failed(key.sender, command.type(), ErrorCode.OUT_OF_SEQUENCE, "a gap"));
        }
        if (sequence == consumer.settleSequence + 1) {
            consumer.settleSequence = sequence;
            int count = head.getInt();
            for (int i = 0; i < count; i++) {
                settleRange(consumer, head);
            }
        }
        emit.accept(
                consumer.owner.origin,
                new ShardEvent.Settled(consumer.owner.sender, consumer.epoch, consumer.settleSequence));
    }

    private void settleRange(Consumer consumer, ByteBuffer head) {
        int outcome = head.get();
        head.getLong();
        Map<Long, Stored> range = consumer.out.subMap(head.getLong(), true, head.getLong(), true);
        if (outcome == 1) {
            range.values().forEach(message -> queue(consumer.queueId).addFirst(message));
        }
        range.clear();
    }

    private void unsubscribe(Key key, BiConsumer<Long, ShardEvent> emit) {
        Consumer consumer = consumers.remove(key);
        if (consumer != null) {
            consumer.out
                    .descendingMap()
                    .values()
                    .forEach(message -> queue(consumer.queueId).addFirst(message));
        }
        int epoch = consumer == null ? 0 : consumer.epoch;
        emit.accept(key.origin, new ShardEvent.ConsumerClosed(key.sender, epoch, ErrorCode.NOT_FOUND, "unsubscribed"));
    }

    private void attach(Key key, ByteBuffer head, BiConsumer<Long, ShardEvent> emit) {
        Consumer consumer = consumers.remove(new Key(head.getLong(), head.getLong()));
        Consumer own = consumers.get(key);
        if (consumer == null && own != null) {
            emit.accept(key.origin, new ShardEvent.Subscribed(key.sender, own.epoch));
            resend(own, head.getLong(), emit);
            return;
        }
        if (consumer == null) {
            emit.accept(
                    key.origin,
                    new ShardEvent.Failed(
                            key.sender,
                            io.sluice.queuegroups.api.CommandType.ATTACH_CONSUMER,
                            ErrorCode.NOT_FOUND,
                            "the grace is over"));
            return;
        }
        consumers.put(key, consumer);
        consumer.owner = key;
        consumer.epoch++;
        consumer.settleSequence = 0;
        consumer.detached = false;
        emit.accept(key.origin, new ShardEvent.Subscribed(key.sender, consumer.epoch));
        resend(consumer, head.getLong(), emit);
    }

    private static void resend(Consumer consumer, long afterTag, BiConsumer<Long, ShardEvent> emit) {
        long previous = afterTag;
        for (Map.Entry<Long, Stored> each :
                consumer.out.tailMap(afterTag, false).entrySet()) {
            emit.accept(consumer.owner.origin, delivered(consumer, previous, each.getKey(), each.getValue()));
            previous = each.getKey();
        }
    }

    /** A gateway's question about its consumer. */
    void answer(long origin, ConsumerAsk ask, BiConsumer<Long, ShardEvent> emit) {
        Consumer consumer = consumers.get(new Key(origin, ask.sender()));
        if (consumer == null) {
            emit.accept(
                    origin,
                    new ShardEvent.ConsumerClosed(ask.sender(), ask.epoch(), ErrorCode.UNAVAILABLE, "given up"));
        } else if (consumer.epoch == ask.epoch() && ask.afterTag() != ConsumerAsk.NOTHING_AGAIN) {
            resend(consumer, ask.afterTag(), emit);
            emit.accept(origin, consumer.state());
        }
    }

    /** What a leader tells of consumers that have messages checked out. */
    void tellStates(BiConsumer<Long, ShardEvent> emit) {
        for (Consumer consumer : consumers.values()) {
            if (!consumer.out.isEmpty()) {
                emit.accept(consumer.owner.origin, consumer.state());
            }
        }
    }

    /** All of every gateway is given up. */
    void loseGateways() {
        consumers.values().forEach(consumer -> {
            List<Stored> back = new ArrayList<>(consumer.out.descendingMap().values());
            back.forEach(message -> queue(consumer.queueId).addFirst(message));
        });
        consumers.clear();
        open.clear();
        producers.values().forEach(producer -> producer.owner = null);
    }

    /** All consumers are closed, and are told so. */
    void closeConsumers(ErrorCode code, BiConsumer<Long, ShardEvent> emit) {
        consumers.values().forEach(consumer -> {
            Key owner = consumer.owner;
            emit.accept(owner.origin, new ShardEvent.ConsumerClosed(owner.sender, consumer.epoch, code, "closed"));
        });
        consumers.clear();
    }

    private void deliver(BiConsumer<Long, ShardEvent> emit) {
        for (Consumer consumer : consumers.values()) {
            ArrayDeque<Stored> queue = queue(consumer.queueId);
            while (!consumer.detached && consumer.out.size() < consumer.prefetch && !queue.isEmpty()) {
                Stored taken = queue.removeFirst();
                Stored stored = new Stored(taken.message, taken.deliveryCount + 1);
                consumer.out.put(++consumer.lastTag, stored);
                emit.accept(consumer.owner.origin, delivered(consumer, consumer.lastTag - 1, consumer.lastTag, stored));
            }
        }
    }

    private static ShardEvent delivered(Consumer consumer, long previousTag, long tag, Stored stored) {
        return new ShardEvent.Delivered(
                consumer.owner.sender,
                consumer.epoch,
                previousTag,
                tag,
                1,
                stored.deliveryCount,
                consumer.queueId,
                1_700_000_000_000L,
                stored.message.duplicate());
    }
}
