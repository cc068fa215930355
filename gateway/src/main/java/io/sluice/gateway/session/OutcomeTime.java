package io.sluice.gateway.session;

import java.util.function.LongSupplier;

/**
 * How long a producer's bytes wait for their outcome, sampled one publish at a time, against the least it ever took.
 *
 * <p>More credit than the log keeps up with makes nothing faster: it waits in line, holds memory, and delays what the same producer sends next. The idea is that
 * of delay-based congestion control (Jacobson and Nichols, "Controlling Queue Delay", 2012). <em>Confined to:</em> one event loop.
 */
final class OutcomeTime {
    /** Waiting in line beyond a few times the least outcome time, so that a slow disk alone does not count. */
    static final long WAITING_NS = 20_000_000;

    private static final int TIMES_LEAST = 4;

    private final LongSupplier nowNs;
    private long markBytes = -1;
    private long startNs;
    private long leastNs = Long.MAX_VALUE / TIMES_LEAST - WAITING_NS;
    private long lastNs;

    OutcomeTime(LongSupplier nowNs) {
        this.nowNs = nowNs;
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
        lastNs = nowNs.getAsLong() - startNs;
        leastNs = Math.min(leastNs, lastNs);
        markBytes = -1;
        return true;
    }

    /** Whether the last sample spent most of its time in line. */
    boolean slow() {
        return lastNs > TIMES_LEAST * leastNs + WAITING_NS;
    }
}
