package io.sluice.benchmark.chaos;

import io.sluice.benchmark.chaos.Journal.Event;
import io.sluice.benchmark.chaos.Journal.Place;
import io.sluice.benchmark.chaos.Violation.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Reads what clients saw, as they see it, and says what a queue must not show.
 *
 * <ol>
 *   <li>What was confirmed is delivered by the end.
 *   <li>No message is delivered twice under one delivery count.
 *   <li>In a queue with order by key, the first sights of a key's messages come as they were published, over all consumers. In any other, a consumer sees
 *       first deliveries of one producer in order.
 *   <li>Each message comes out of the queue and tenant it was published to, whole, and not if it was refused.
 *   <li>What is published while no majority is there is not confirmed before it is back.
 * </ol>
 *
 * <p>A message costs three bytes here; all else is in the journal. Safe for any thread.
 */
final class Judge {
    private static final int KEPT_PER_KIND = 20;

    private final Journal journal;
    private final LongSupplier clockUs;
    private final List<Lane> lanes = new ArrayList<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Violation> kept = new ArrayList<>();
    private boolean majority = true;
    private long confirmed;
    private long delivered;
    private long redelivered;
    private long refused;
    private long unknown;
    private long confirmedUnseen;

    /** One who consumes, over all its connections. Confined to the judge's lock. */
    static final class Seat {
        private final int actor;
        private final String tenant;
        private final String queue;
        private final Map<Integer, Integer> highest = new HashMap<>();

        private Seat(int actor, String tenant, String queue) {
            this.actor = actor;
            this.tenant = tenant;
            this.queue = queue;
        }
    }

    /** Totals so far. */
    record Figures(long published, long confirmed, long delivered, long redelivered, long refused, long unknown) {}

    Judge(Journal journal, LongSupplier clockUs) {
        this.journal = journal;
        this.clockUs = clockUs;
        var unused = journal.actor("its producer");
    }

    synchronized Lane lane(String tenant, String queue, boolean byKey) {
        Lane lane = new Lane(lanes.size(), tenant, queue, byKey);
        lanes.add(lane);
        if (!majority) {
            lane.majorityIsGone();
        }
        return lane;
    }

    synchronized Seat seat(String name, String tenant, String queue) {
        return new Seat(journal.actor(name), tenant, queue);
    }

    /** @return the number of the message that is handed to the client next */
    synchronized int published(Lane lane) {
        int number = lane.publish();
        write(Event.PUBLISHED, 0, lane, number, 0);
        return number;
    }

    synchronized void confirmed(Lane lane, int number) {
        write(Event.CONFIRMED, 0, lane, number, 0);
        firstOutcome(lane, number, lane.confirm(number));
        confirmed++;
        if (!lane.isSeen(number)) {
            confirmedUnseen++;
        }
        if (lane.isWithoutMajority(number)) {
            violation(Kind.CONFIRMED_WITHOUT_MAJORITY, lane, number, "");
        }
    }

    /** The message was certainly not stored. */
    synchronized void refused(Lane lane, int number, int code) {
        write(Event.REFUSED, 0, lane, number, code);
        firstOutcome(lane, number, lane.refuse(number));
        refused++;
        if (lane.isSeen(number)) {
            violation(Kind.INVENTED, lane, number, "delivered, then refused");
        }
    }

    /** It is not known whether the message was stored. */
    synchronized void unknown(Lane lane, int number) {
        write(Event.UNKNOWN, 0, lane, number, 0);
        firstOutcome(lane, number, lane.unknown(number));
        unknown++;
    }

    private void firstOutcome(Lane lane, int number, boolean first) {
        if (!first) {
            violation(Kind.SECOND_OUTCOME, lane, number, "");
        }
    }

    synchronized void delivered(Seat seat, ByteBuffer body, String key, int deliveryCount) {
        int laneId = Body.lane(body);
        int number = Body.number(body);
        delivered++;
        if (laneId < 0 || laneId >= lanes.size() || !lanes.get(laneId).isPublished(number)) {
            violation(Kind.INVENTED, -1, -1, "a body that nobody published, " + body.remaining() + " bytes");
            return;
        }
        Lane lane = lanes.get(laneId);
        write(Event.DELIVERED, seat.actor, lane, number, deliveryCount);
        judgeContent(seat, lane, body, key);
        boolean seenBefore = lane.isSeen(number);
        if (!lane.see(number, deliveryCount)) {
            violation(Kind.DOUBLED, lane, number, "under count " + deliveryCount);
        }
        if (deliveryCount > 1) {
            redelivered++;
        }
        if (!seenBefore) {
            if (lane.isConfirmed(number)) {
                confirmedUnseen--;
            }
            judgeKey(lane, number);
        }
        if (deliveryCount == 1) {
            judgeProducer(seat, lane, number);
        }
    }

    private void judgeContent(Seat seat, Lane lane, ByteBuffer body, String key) {
        int number = Body.number(body);
        if (!lane.belongsTo(seat.tenant, seat.queue)) {
            violation(Kind.WRONG_TENANT, lane, number, "to " + seat.tenant + " " + seat.queue);
        }
        if (lane.isRefused(number)) {
            violation(Kind.INVENTED, lane, number, "refused, then delivered");
        }
        if (!key.equals(Body.key(number)) || !Body.isWhole(body)) {
            violation(Kind.INVENTED, lane, number, "not as it was published");
        }
    }

    private void judgeKey(Lane lane, int number) {
        int before = lane.firstSight(number);
        if (lane.byKey() && before > number) {
            violation(Kind.REORDERED, lane, number, "seen first after " + before + " of its key");
        }
    }

    private void judgeProducer(Seat seat, Lane lane, int number) {
        int before = seat.highest.getOrDefault(lane.id(), -1);
        if (!lane.byKey() && before > number) {
            violation(Kind.REORDERED, lane, number, "first delivered after " + before + " to the same consumer");
        }
        seat.highest.put(lane.id(), Math.max(before, number));
    }

    /** What its consumer did with a message: acked, nacked or discarded. */
    synchronized void settled(Seat seat, ByteBuffer body, Event event) {
        journal.write(clockUs.getAsLong(), event, seat.actor, new Place(Body.lane(body), Body.number(body)), 0);
    }

    /** From now on, until {@link #majorityIsBack}, nothing that is published may be confirmed. */
    synchronized void majorityIsGone() {
        majority = false;
        lanes.forEach(Lane::majorityIsGone);
    }

    synchronized void majorityIsBack() {
        majority = true;
        lanes.forEach(Lane::majorityIsBack);
    }

    /** Something that is wrong with no single message. */
    synchronized void violation(Kind kind, String text) {
        violation(kind, -1, -1, text);
    }

    private void violation(Kind kind, Lane lane, int number, String text) {
        violation(kind, lane.id(), number, lane + " message " + number + (text.isEmpty() ? "" : ": " + text));
    }

    private void violation(Kind kind, int lane, int number, String text) {
        if (counts.merge(kind, 1L, Long::sum) <= KEPT_PER_KIND) {
            kept.add(new Violation(kind, lane, number, clockUs.getAsLong(), text));
        }
    }

    private void write(Event event, int actor, Lane lane, int number, int detail) {
        journal.write(clockUs.getAsLong(), event, actor, new Place(lane.id(), number), detail);
    }

    /** Confirmed messages that nobody has seen yet. */
    synchronized long confirmedUnseen() {
        return confirmedUnseen;
    }

    /** To be called when the queues are empty: what was confirmed and not seen is lost, and each message has an outcome. */
    synchronized void judgeEnd() {
        for (Lane lane : lanes) {
            for (int number = 0; number < lane.published(); number++) {
                if (lane.isConfirmed(number) && !lane.isSeen(number)) {
                    violation(Kind.LOST, lane, number, "");
                }
                if (!lane.hasOutcome(number)) {
                    violation(Kind.STUCK, lane, number, "its producer never learned what became of it");
                }
            }
        }
    }

    synchronized Figures figures() {
        long published = lanes.stream().mapToLong(Lane::published).sum();
        return new Figures(published, confirmed, delivered, redelivered, refused, unknown);
    }

    synchronized long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    synchronized boolean isClean() {
        return counts.isEmpty();
    }

    /** The first violations of each kind. */
    synchronized List<Violation> violations() {
        return List.copyOf(kept);
    }

    synchronized Journal journal() {
        return journal;
    }
}
