package io.sluice.benchmark.chaos;

import java.util.Arrays;

/**
 * What one producer publishes to one queue, numbered from 0, and what became of each message, in three bytes a message.
 *
 * <p><em>Confined to:</em> the lock of its {@link Judge}.
 */
final class Lane {
    static final int KEYS = 16;
    static final int COUNTS_TOLD_APART = 15;

    private static final int CONFIRMED = 1;
    private static final int REFUSED = 2;
    private static final int UNKNOWN = 4;

    private final int id;
    private final String tenant;
    private final String queue;
    private final boolean byKey;
    private final int[] highestOfKey = new int[KEYS];
    private byte[] outcomes = new byte[1 << 10];
    private char[] countsSeen = new char[1 << 10];
    private int published;
    private int publishedWithMajority = Integer.MAX_VALUE;

    Lane(int id, String tenant, String queue, boolean byKey) {
        this.id = id;
        this.tenant = tenant;
        this.queue = queue;
        this.byKey = byKey;
        Arrays.fill(highestOfKey, -1);
    }

    int id() {
        return id;
    }

    boolean belongsTo(String otherTenant, String otherQueue) {
        return tenant.equals(otherTenant) && queue.equals(otherQueue);
    }

    /** Whether the order of a key holds over all consumers; else the order of the producer holds for each consumer. */
    boolean byKey() {
        return byKey;
    }

    int published() {
        return published;
    }

    int publish() {
        if (published == outcomes.length) {
            outcomes = Arrays.copyOf(outcomes, 2 * published);
            countsSeen = Arrays.copyOf(countsSeen, 2 * published);
        }
        return published++;
    }

    boolean isPublished(int number) {
        return number >= 0 && number < published;
    }

    /** From now on until {@link #majorityIsBack}, what is published must not be confirmed. */
    void majorityIsGone() {
        publishedWithMajority = published;
    }

    void majorityIsBack() {
        publishedWithMajority = Integer.MAX_VALUE;
    }

    boolean isWithoutMajority(int number) {
        return number >= publishedWithMajority;
    }

    /** @return whether it is the first outcome */
    boolean confirm(int number) {
        return outcome(number, CONFIRMED);
    }

    boolean refuse(int number) {
        return outcome(number, REFUSED);
    }

    boolean unknown(int number) {
        return outcome(number, UNKNOWN);
    }

    private boolean outcome(int number, int outcome) {
        boolean first = outcomes[number] == 0;
        outcomes[number] |= (byte) outcome;
        return first;
    }

    boolean isConfirmed(int number) {
        return (outcomes[number] & CONFIRMED) != 0;
    }

    boolean isRefused(int number) {
        return (outcomes[number] & REFUSED) != 0;
    }

    boolean hasOutcome(int number) {
        return outcomes[number] != 0;
    }

    boolean isSeen(int number) {
        return countsSeen[number] != 0;
    }

    /** @return whether no delivery under this count was seen before; very high counts are not told apart */
    boolean see(int number, int deliveryCount) {
        int bit = 1 << Math.min(deliveryCount - 1, COUNTS_TOLD_APART);
        boolean before = (countsSeen[number] & bit) != 0;
        countsSeen[number] |= (char) bit;
        return !before || deliveryCount > COUNTS_TOLD_APART;
    }

    /** Notes the first sight of a message; answers the highest number seen of its key before. */
    int firstSight(int number) {
        int key = number % KEYS;
        int before = highestOfKey[key];
        highestOfKey[key] = Math.max(before, number);
        return before;
    }

    @Override
    public String toString() {
        return tenant + " " + queue + " lane " + id;
    }
}
