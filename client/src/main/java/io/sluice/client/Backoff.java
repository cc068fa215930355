package io.sluice.client;

import java.util.function.DoubleSupplier;

/** Waits between attempts: they double up to a bound, and each is drawn from its upper half, so that many clients don't come back at once. */
final class Backoff {
    private final long minMs;
    private final long maxMs;
    private final DoubleSupplier random;
    private long nextMs;

    /** @param random draws from 0 to 1 */
    Backoff(long minMs, long maxMs, DoubleSupplier random) {
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.random = random;
        this.nextMs = minMs;
    }

    long nextMs() {
        long ms = nextMs;
        nextMs = Math.min(maxMs, 2 * ms);
        return Math.max(1, Math.round(ms * (0.5 + 0.5 * random.getAsDouble())));
    }

    void reset() {
        nextMs = minMs;
    }
}
