package io.sluice.systemtests;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients saw of numbered messages, and whether a queue may behave so.
 *
 * <p>Messages are numbered from 0 in the order in which one producer published them, each under one key. A message may be delivered again, but never twice
 * under one delivery count; among the first sights of a key's messages the order of publishing holds.
 *
 * <p>Safe for any thread.
 */
final class History {
    private static final int CONFIRMED = 1;
    private static final int REJECTED = 2;
    private static final int ACKED = 4;
    private static final int COUNTS_TOLD_APART = Long.SIZE;

    /** What must not be; all zero when the history is one that a queue may have. */
    record Faults(long lost, long doubled, long outOfOrder, long neverPublished, long outcomesTwice) {
        static final Faults NONE = new Faults(0, 0, 0, 0, 0);
    }

    private final Map<String, Integer> highestSeen = new TreeMap<>();
    private byte[] states = new byte[1 << 12];
    private long[] countsSeen = new long[1 << 12];
    private int published;
    private int confirmed;
    private int delivered;
    private int acked;
    private int redelivered;
    private long doubled;
    private long outOfOrder;
    private long neverPublished;
    private long outcomesTwice;

    /** The number of the next message, which is published now. */
    synchronized int publish() {
        if (published == states.length) {
            states = Arrays.copyOf(states, 2 * published);
            countsSeen = Arrays.copyOf(countsSeen, 2 * published);
        }
        return published++;
    }

    synchronized void confirmed(int number) {
        confirmed++;
        outcome(number, CONFIRMED);
    }

    synchronized void rejected(int number) {
        outcome(number, REJECTED);
    }

    private void outcome(int number, int outcome) {
        if ((states[number] & (CONFIRMED | REJECTED)) != 0) {
            outcomesTwice++;
        }
        states[number] |= (byte) outcome;
    }

    synchronized void delivered(int number, String key, int deliveryCount) {
        if (number < 0 || number >= published) {
            neverPublished++;
            return;
        }
        long bit = 1L << Math.min(deliveryCount - 1, COUNTS_TOLD_APART - 1);
        boolean first = countsSeen[number] == 0;
        if ((countsSeen[number] & bit) != 0 && deliveryCount < COUNTS_TOLD_APART) {
            doubled++;
        }
        countsSeen[number] |= bit;
        if (deliveryCount > 1) {
            redelivered++;
        }
        if (first) {
            delivered++;
            seen(number, key);
        }
    }

    private void seen(int number, String key) {
        int before = highestSeen.getOrDefault(key, -1);
        if (number < before) {
            outOfOrder++;
        }
        highestSeen.put(key, Math.max(before, number));
    }

    synchronized void acked(int number) {
        if ((states[number] & ACKED) == 0) {
            states[number] |= ACKED;
            acked++;
        }
    }

    /** Call it when nothing is under way any more: what is confirmed and was never delivered then counts as lost. */
    synchronized Faults faults() {
        long lost = 0;
        long deliveredThoughRejected = 0;
        for (int number = 0; number < published; number++) {
            boolean seen = countsSeen[number] != 0;
            if ((states[number] & CONFIRMED) != 0 && !seen) {
                lost++;
            }
            if ((states[number] & REJECTED) != 0 && seen) {
                deliveredThoughRejected++;
            }
        }
        return new Faults(lost, doubled, outOfOrder, neverPublished + deliveredThoughRejected, outcomesTwice);
    }

    /** Whether everything that was confirmed was acked too. */
    synchronized boolean isSettled() {
        for (int number = 0; number < published; number++) {
            if ((states[number] & (CONFIRMED | ACKED)) == CONFIRMED) {
                return false;
            }
        }
        return true;
    }

    synchronized int publishedCount() {
        return published;
    }

    synchronized int confirmedCount() {
        return confirmed;
    }

    synchronized int rejectedCount() {
        int rejected = 0;
        for (int number = 0; number < published; number++) {
            rejected += (states[number] & REJECTED) != 0 ? 1 : 0;
        }
        return rejected;
    }

    /** Deliveries that were not their message's first. */
    synchronized int redeliveredCount() {
        return redelivered;
    }

    /** Different messages delivered. */
    synchronized int deliveredCount() {
        return delivered;
    }

    @Override
    public synchronized String toString() {
        return "published " + published + ", confirmed " + confirmed + ", delivered " + delivered + ", acked " + acked
                + ", redelivered " + redelivered + ", " + faults();
    }
}
