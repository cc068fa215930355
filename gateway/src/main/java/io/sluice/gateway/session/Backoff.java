package io.sluice.gateway.session;

/** Growing pauses between attempts, up to a bound. <em>Confined to:</em> its owner. */
final class Backoff {
    private static final int FIRST_MS = 25;
    private static final int LONGEST_MS = 1_000;

    private int attempts;

    /** The pause before the next attempt. */
    long nextMs() {
        long ms = Math.min(LONGEST_MS, (long) FIRST_MS << Math.min(attempts, 10));
        attempts++;
        return ms;
    }

    /** Attempts since the last success. */
    int attempts() {
        return attempts;
    }

    void succeeded() {
        attempts = 0;
    }
}
