package io.sluice.tenantmanager.lease;

/** Tokens that grow with time up to a most; below 0 is a debt. Not safe for threads: its bucket guards it. */
final class Refill {
    private static final double NS_PER_S = 1e9;

    private double perSecond;
    private double most;
    private double tokens;
    private long atNs;

    Refill(double perSecond, double most, double tokens, long nowNs) {
        this.perSecond = perSecond;
        this.most = most;
        this.tokens = Math.min(tokens, most);
        this.atNs = nowNs;
    }

    /** Changes how it grows from now on; what it holds is kept, up to the new most. */
    void grow(double newPerSecond, double newMost, long nowNs) {
        level(nowNs);
        perSecond = newPerSecond;
        most = newMost;
        tokens = Math.min(tokens, newMost);
    }

    double level(long nowNs) {
        if (nowNs > atNs) {
            tokens = Math.min(most, tokens + (nowNs - atNs) * perSecond / NS_PER_S);
            atNs = nowNs;
        }
        return tokens;
    }

    void set(double newTokens, long nowNs) {
        tokens = Math.min(newTokens, most);
        atNs = nowNs;
    }

    void add(double more, long nowNs) {
        tokens = Math.min(most, level(nowNs) + more);
    }

    /** ns until it holds that many; 0 if it does. */
    long waitNs(double wanted, long nowNs) {
        double missing = wanted - level(nowNs);
        return missing <= 0 ? 0 : (long) Math.ceil(missing * NS_PER_S / perSecond);
    }

    /** What is missing to the most it can hold. */
    double missing(long nowNs) {
        return most - level(nowNs);
    }
}
