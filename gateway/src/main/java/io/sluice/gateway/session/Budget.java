package io.sluice.gateway.session;

/**
 * A bounded number of bytes that several windows share.
 *
 * <p><em>Invariants:</em> {@code 0 <= used}; {@code used} exceeds the bound only by what was forced. <em>Confined to:</em> one event loop.
 */
final class Budget {
    private final long maxBytes;
    private long usedBytes;
    private boolean wanted;

    Budget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes what is left of {@code bytes} and answers how many that are. */
    long take(long bytes) {
        long taken = Math.max(0, Math.min(bytes, maxBytes - usedBytes));
        usedBytes += taken;
        wanted |= taken < bytes;
        return taken;
    }

    /** Takes bytes whether they are left or not: a small floor that keeps every producer going. */
    void force(long bytes) {
        usedBytes += bytes;
    }

    void give(long bytes) {
        usedBytes -= bytes;
    }

    /** Whether somebody was denied bytes since this was asked last. */
    boolean scarce() {
        boolean scarce = wanted;
        wanted = false;
        return scarce;
    }

    long usedBytes() {
        return usedBytes;
    }
}
