package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardEvent.Confirmed;
import io.sluice.queuegroups.bus.BusCodecs;
import io.sluice.queuegroups.bus.EventBatch;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Gathers the events of one turn into one bus message per gateway loop.
 *
 * <p><em>Invariants:</em> events of one loop leave in the order in which they were added; what nobody at a gateway asked for (internal origin) is dropped.
 *
 * <p><em>Confined to:</em> one event loop.
 */
final class EventOutbox {
    private static final long INTERNAL = Origin.INTERNAL.pack();

    private final EventBus bus;
    private final int shard;
    private final LongSupplier term;
    private final DeliveryOptions options = BusCodecs.forEvents();
    private final Long2ObjectLinkedOpenHashMap<List<ShardEvent>> byOrigin = new Long2ObjectLinkedOpenHashMap<>();
    private long lastOrigin = INTERNAL;
    private List<ShardEvent> last = List.of();

    /** @param term in which this replica leads now, 0 where it does not; any thread */
    EventOutbox(EventBus bus, int shard, LongSupplier term) {
        this.bus = bus;
        this.shard = shard;
        this.term = term;
    }

    void add(long origin, ShardEvent event) {
        if (origin == INTERNAL) {
            return;
        }
        List<ShardEvent> events = eventsOf(origin);
        if (event instanceof Confirmed confirmed && joinsLast(events, confirmed)) {
            return;
        }
        events.add(event);
    }

    /** Lets the loop hear from this shard, also if there is nothing else to say. */
    void greet(long origin) {
        if (origin != INTERNAL) {
            eventsOf(origin);
        }
    }

    /** Sends what gathered. */
    void flush() {
        if (byOrigin.isEmpty()) {
            return;
        }
        long now = term.getAsLong();
        byOrigin.forEach((origin, events) ->
                bus.send(Origin.unpack(origin).address(), new EventBatch(origin, shard, now, events), options));
        byOrigin.clear();
        lastOrigin = INTERNAL;
    }

    private List<ShardEvent> eventsOf(long origin) {
        if (origin != lastOrigin) {
            lastOrigin = origin;
            last = byOrigin.computeIfAbsent(origin, loop -> new ArrayList<>());
        }
        return last;
    }

    /** Confirms that follow on each other become one range. */
    private static boolean joinsLast(List<ShardEvent> events, Confirmed next) {
        if (!events.isEmpty()
                && events.get(events.size() - 1) instanceof Confirmed before
                && before.sender() == next.sender()
                && before.lastSequence() + 1 == next.firstSequence()) {
            events.set(events.size() - 1, new Confirmed(next.sender(), before.firstSequence(), next.lastSequence()));
            return true;
        }
        return false;
    }
}
