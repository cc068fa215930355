package io.sluice.benchmark;

import java.util.BitSet;

/**
 * Checks that every message of one producer arrives, once and in order. Messages are numbered from 0.
 *
 * <p>A message that arrives again counts as doubled only if its delivery count does not say so.
 *
 * <p><em>Confined to:</em> the consumer's thread; the figures may be read when it has ended.
 */
final class DeliveryChecker {
    private final BitSet seen = new BitSet();
    private long received;
    private long doubled;
    private long redelivered;
    private long outOfOrder;
    private long highest = -1;

    void onDelivery(long number, int deliveryCount) {
        int bit = Math.toIntExact(number);
        if (seen.get(bit)) {
            if (deliveryCount > 1) {
                redelivered++;
            } else {
                doubled++;
            }
            return;
        }
        seen.set(bit);
        received++;
        if (number < highest && deliveryCount == 1) {
            outOfOrder++;
        }
        highest = Math.max(highest, number);
    }

    /** Different messages received. */
    long received() {
        return received;
    }

    /** Messages below {@code published} that never came, of those that {@code confirmed} holds. */
    long lost(BitSet confirmed) {
        BitSet missing = (BitSet) confirmed.clone();
        missing.andNot(seen);
        return missing.cardinality();
    }

    long doubled() {
        return doubled;
    }

    long redelivered() {
        return redelivered;
    }

    long outOfOrder() {
        return outOfOrder;
    }
}
