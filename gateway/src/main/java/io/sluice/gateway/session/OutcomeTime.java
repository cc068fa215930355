package io.sluice.gateway.session;

import java.util.function.LongSupplier;

/**
 * How long a producer's bytes wait for their outcome, sampled one publish at a time, against the least it took of late.
 *
 * <p>More credit than the log keeps up with makes nothing faster: it waits in line, holds memory, and delays others and what the same producer sends next. The idea
 * is that of delay-based congestion control (Jacobson and Nichols, "Controlling Queue Delay", 2012), with the least of a sliding time as BBR has it (Cardwell et
 * al., 2016). <em>Confined to:</em> one event loop.
 */
final class OutcomeTime {
    /** Over how long the least is taken, so that neither one lucky sample nor a faster past counts for ever. */
    private static final long EPOCH_NS = 5_000_000_000L;

    private static final long NONE_NS = Long.MAX_VALUE / 8;

    private final LongSupplier nowNs;
    private long markBytes = -1;
    private long startNs;
    private long epochStartNs;
    private long leastNs = NONE_NS;
    private long leastBeforeNs = NONE_NS;
    private long lastNs;

    /** How much longer than the least a sample may take: {@code times × least + ns}. */
    enum Patience {
        /** Nobody else publishes: the disk's own unevenness does not count. */
        ALONE(4, 20_000_000),
        /** Others publish, and what waits here makes them wait. */
        CROWDED(1, 200_000);

        private final int times;
        private final long ns;

        Patience(int times, long ns) {
            this.times = times;
            this.ns = ns;
        }
    }

    OutcomeTime(LongSupplier nowNs) {
        this.nowNs = nowNs;
        this.epochStartNs = nowNs.getAsLong();
    }

    /** @param sentBytes total sent, this publish included */
    void sent(long sentBytes) {
        if (markBytes < 0) {
            markBytes = sentBytes;
            startNs = nowNs.getAsLong();
        }
    }

    /** Answers whether this completed a sample. */
    boolean resolved(long resolvedBytes) {
        if (markBytes < 0 || resolvedBytes < markBytes) {
            return false;
        }
        long now = nowNs.getAsLong();
        lastNs = now - startNs;
        if (now - epochStartNs > EPOCH_NS) {
            epochStartNs = now;
            leastBeforeNs = leastNs;
            leastNs = NONE_NS;
        }
        leastNs = Math.min(leastNs, lastNs);
        markBytes = -1;
        return true;
    }

    /** The least of late, 0 before the first sample. */
    long leastNs() {
        long least = Math.min(leastNs, leastBeforeNs);
        return least == NONE_NS ? 0 : least;
    }

    /** Whether the last sample waited in line for longer than that. */
    boolean slow(Patience patience) {
        return lastNs > patience.times * leastNs() + patience.ns;
    }
}
