package io.sluice.tenantmanager.control;

/**
 * The value of one limit.
 *
 * @param value tokens per second for a rate, the quota otherwise; -1 for unlimited
 * @param burst most tokens at once for a rate, 0 otherwise
 */
public record Amount(long value, long burst) {
    /** Lifts a limit that the plan sets. */
    public static final Amount UNLIMITED = new Amount(-1, 0);

    public static Amount quota(long value) {
        return new Amount(value, 0);
    }

    /** A rate whose burst is one second's worth. */
    public static Amount rate(long perSecond) {
        return new Amount(perSecond, perSecond);
    }

    public boolean unlimited() {
        return value < 0;
    }

    @Override
    public String toString() {
        if (unlimited()) {
            return "unlimited";
        }
        return burst == 0 ? Long.toString(value) : value + "/s (burst " + burst + ")";
    }
}
