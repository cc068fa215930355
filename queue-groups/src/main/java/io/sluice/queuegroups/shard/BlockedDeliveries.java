package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.shard.Bodies.EntryContent;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of one group that wait for bodies from disk, per consumer and in order.
 *
 * <p>The entries of the first few are read ahead; what arrives is delivered as far as the order allows.
 *
 * <p><em>Invariants:</em> a consumer is held here exactly while a delivery of its waits. <em>Confined to:</em> the group's context.
 */
final class BlockedDeliveries {
    /** Different entries a consumer has asked for at once. */
    private static final int READ_AHEAD_ENTRIES = 4;

    private final QueueGroupVerticle verticle;
    private final Bodies bodies;
    private final Map<Consumer, ArrayDeque<Effect.Deliver>> byConsumer = new LinkedHashMap<>();

    private record Consumer(long origin, long sender) {}

    BlockedDeliveries(QueueGroupVerticle verticle, Bodies bodies) {
        this.verticle = verticle;
        this.bodies = bodies;
    }

    boolean holds(long origin, long sender) {
        return !byConsumer.isEmpty() && byConsumer.containsKey(new Consumer(origin, sender));
    }

    void add(long origin, Effect.Deliver deliver) {
        Consumer consumer = new Consumer(origin, deliver.sender());
        ArrayDeque<Effect.Deliver> deliveries = byConsumer.computeIfAbsent(consumer, key -> new ArrayDeque<>());
        deliveries.addLast(deliver);
        boolean near = deliveries.size() <= READ_AHEAD_ENTRIES && bodies.inMemory(deliver.index()) == null;
        if (deliveries.size() == 1 || near) {
            bodies.read(deliver.index(), verticle);
        }
    }

    /** The consumer is gone: what it was to get returns to its queue. */
    void forget(long origin, long sender) {
        if (!byConsumer.isEmpty()) {
            byConsumer.remove(new Consumer(origin, sender));
        }
    }

    void clear() {
        byConsumer.clear();
    }

    void entryArrived(long index, @Nullable EntryContent content, @Nullable Exception failure) {
        for (Consumer consumer : new ArrayList<>(byConsumer.keySet())) {
            ArrayDeque<Effect.Deliver> deliveries = byConsumer.get(consumer);
            if (deliveries == null || deliveries.getFirst().index() != index) {
                continue;
            }
            if (content != null) {
                deliverAhead(consumer, deliveries, index, content);
            } else if (failure != null) {
                byConsumer.remove(consumer);
                verticle.giveUp(consumer.origin(), deliveries.getFirst(), failure);
            }
        }
    }

    /** Delivers from the entry that arrived and goes on as long as the next one's entry is in memory. */
    private void deliverAhead(
            Consumer consumer, ArrayDeque<Effect.Deliver> deliveries, long arrivedIndex, EntryContent arrived) {
        for (Effect.Deliver next = deliveries.peekFirst(); next != null; next = deliveries.peekFirst()) {
            EntryContent content = next.index() == arrivedIndex ? arrived : bodies.inMemory(next.index());
            if (content == null) {
                readAhead(deliveries);
                return;
            }
            deliveries.removeFirst();
            verticle.deliver(consumer.origin(), next, content);
        }
        byConsumer.remove(consumer);
    }

    private void readAhead(ArrayDeque<Effect.Deliver> deliveries) {
        LongOpenHashSet asked = new LongOpenHashSet(READ_AHEAD_ENTRIES);
        for (Effect.Deliver deliver : deliveries) {
            if (asked.add(deliver.index()) && (asked.size() == 1 || bodies.inMemory(deliver.index()) == null)) {
                bodies.read(deliver.index(), verticle);
            }
            if (asked.size() == READ_AHEAD_ENTRIES) {
                return;
            }
        }
    }
}
