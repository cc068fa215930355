package io.sluice.queuegroups.machine;

import it.unimi.dsi.fastutil.ints.Int2ObjectLinkedOpenHashMap;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where messages wait for redelivery or for their key, by position.
 *
 * <p>Of a key only the first message can be on offer, and only while none of the key is checked out; so a later one never overtakes it.
 *
 * <p><em>Invariants:</em> {@code offers} and {@code timed} hold each message without a key and the first of each free key, by whether its time has come up
 * to {@code promotedMs}; nothing else is in them. All of it follows from the messages, {@code promotedMs} and what is checked out.
 */
final class WaitingRoom {
    private final TreeMap<Long, Waiting> all = new TreeMap<>();
    private final TreeMap<Long, Waiting> offers = new TreeMap<>();
    private final TreeMap<Moment, Waiting> timed = new TreeMap<>();
    private final TreeMap<Moment, Waiting> expiring = new TreeMap<>();
    private final Int2ObjectLinkedOpenHashMap<KeyLine> keys = new Int2ObjectLinkedOpenHashMap<>(2);
    private long promotedMs;
    private long messages;
    private long bytes;
    private long timedMessages;

    private record Moment(long atMs, long position) implements Comparable<Moment> {
        @Override
        public int compareTo(Moment other) {
            return atMs != other.atMs ? Long.compare(atMs, other.atMs) : Long.compare(position, other.position);
        }
    }

    /** What is known of a key while messages of it wait or are checked out. */
    private static final class KeyLine {
        final TreeMap<Long, Waiting> waiting = new TreeMap<>();
        long checkedOut;

        @Nullable
        Subscriber owner;

        @Nullable
        Waiting placed;
    }

    int runs() {
        return all.size();
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    /** Messages whose time has not come. */
    long timedMessages() {
        return timedMessages;
    }

    Collection<Waiting> all() {
        return all.values();
    }

    void add(Waiting waiting) {
        all.put(waiting.position(), waiting);
        messages += waiting.run().count();
        bytes += waiting.run().bytes();
        if (waiting.run().expiryMs() != Run.NEVER) {
            expiring.put(new Moment(waiting.run().expiryMs(), waiting.position()), waiting);
        }
        int key = waiting.run().key();
        if (key == 0) {
            place(waiting);
        } else {
            KeyLine line = keys.computeIfAbsent(key, k -> new KeyLine());
            line.waiting.put(waiting.position(), waiting);
            refresh(key, line);
        }
    }

    void remove(Waiting waiting) {
        all.remove(waiting.position());
        messages -= waiting.run().count();
        bytes -= waiting.run().bytes();
        if (waiting.run().expiryMs() != Run.NEVER) {
            expiring.remove(new Moment(waiting.run().expiryMs(), waiting.position()));
        }
        int key = waiting.run().key();
        if (key == 0) {
            unplace(waiting);
        } else {
            KeyLine line = Objects.requireNonNull(keys.get(key));
            line.waiting.remove(waiting.position());
            refresh(key, line);
        }
    }

    @Nullable
    Waiting firstOffer() {
        Map.Entry<Long, Waiting> first = offers.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** The oldest of all. */
    @Nullable
    Waiting first() {
        Map.Entry<Long, Waiting> first = all.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** The first of a key whether or not it is checked out, if its time has come. */
    @Nullable
    Waiting firstOf(int key) {
        KeyLine line = keys.get(key);
        Waiting first = line == null ? null : firstOf(line);
        return first == null || first.notBeforeMs() > promotedMs ? null : first;
    }

    private static @Nullable Waiting firstOf(KeyLine line) {
        Map.Entry<Long, Waiting> first = line.waiting.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** Whether fresh messages of the key may be given to anyone: none waits and none is checked out. */
    boolean isFree(int key) {
        return !keys.containsKey(key);
    }

    /** Who may have further messages of the key: its owner as long as none of it waits; else null. */
    @Nullable
    Subscriber soleOwner(int key) {
        KeyLine line = keys.get(key);
        return line == null || !line.waiting.isEmpty() ? null : line.owner;
    }

    void checkOut(int key, int count, Subscriber owner) {
        if (key != 0) {
            KeyLine line = keys.computeIfAbsent(key, k -> new KeyLine());
            line.checkedOut += count;
            line.owner = owner;
            refresh(key, line);
        }
    }

    void checkIn(int key, int count) {
        if (key != 0) {
            KeyLine line = Objects.requireNonNull(keys.get(key));
            line.checkedOut -= count;
            if (line.checkedOut == 0) {
                line.owner = null;
            }
            refresh(key, line);
        }
    }

    private void refresh(int key, KeyLine line) {
        Waiting head = line.checkedOut > 0 ? null : firstOf(line);
        if (!Objects.equals(head, line.placed)) {
            if (line.placed != null) {
                unplace(line.placed);
            }
            line.placed = head;
            if (head != null) {
                place(head);
            }
        }
        if (line.waiting.isEmpty() && line.checkedOut == 0) {
            keys.remove(key);
        }
    }

    private void place(Waiting waiting) {
        if (waiting.notBeforeMs() <= promotedMs) {
            offers.put(waiting.position(), waiting);
        } else {
            timed.put(new Moment(waiting.notBeforeMs(), waiting.position()), waiting);
            timedMessages += waiting.run().count();
        }
    }

    private void unplace(Waiting waiting) {
        if (offers.remove(waiting.position()) == null) {
            timed.remove(new Moment(waiting.notBeforeMs(), waiting.position()));
            timedMessages -= waiting.run().count();
        }
    }

    /** Puts on offer what has come to its time. */
    void promote(long nowMs) {
        promotedMs = Math.max(promotedMs, nowMs);
        while (!timed.isEmpty() && timed.firstKey().atMs() <= promotedMs) {
            Waiting waiting = timed.pollFirstEntry().getValue();
            timedMessages -= waiting.run().count();
            offers.put(waiting.position(), waiting);
        }
    }

    /** {@link Run#NEVER} where nothing is timed. */
    long nextDueMs() {
        return timed.isEmpty() ? Run.NEVER : timed.firstKey().atMs();
    }

    long nextExpiryMs() {
        return expiring.isEmpty() ? Run.NEVER : expiring.firstKey().atMs();
    }

    /** The one that expires first, or null. */
    @Nullable
    Waiting firstExpiring() {
        return expiring.isEmpty() ? null : expiring.firstEntry().getValue();
    }

    long promotedMs() {
        return promotedMs;
    }

    /** For a restore, before anything is added. */
    void promotedMs(long ms) {
        promotedMs = ms;
    }

    /** @throws IllegalStateException when an index does not follow from the messages */
    void verify() {
        WaitingRoom expected = new WaitingRoom();
        expected.promotedMs = promotedMs;
        keys.int2ObjectEntrySet().forEach(entry -> {
            if (entry.getValue().checkedOut > 0) {
                expected.checkOut(entry.getIntKey(), (int) entry.getValue().checkedOut, owner(entry.getValue()));
            }
        });
        all.values().forEach(expected::add);
        Check.that(expected.offers.equals(offers), "offers of waiting messages are wrong");
        Check.that(expected.timed.equals(timed), "timers of waiting messages are wrong");
        Check.that(expected.expiring.equals(expiring), "expiry of waiting messages is wrong");
        Check.same(expected.messages, messages, "waiting messages");
        Check.same(expected.bytes, bytes, "waiting bytes");
        Check.same(expected.timedMessages, timedMessages, "timed messages");
        Check.that(expected.keys.keySet().equals(keys.keySet()), "keys of waiting messages are wrong");
    }

    private static Subscriber owner(KeyLine line) {
        return Objects.requireNonNull(line.owner);
    }
}
