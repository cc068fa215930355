package io.sluice.app;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/**
 * The time that the cluster's buckets are refilled by: Hazelcast's cluster time, which all members share, without its steps back.
 *
 * <p>A bucket stands still until the time of its last refill comes again: after a wall clock that was set back by an hour no tenant with a rate could publish for an hour.
 * Safe for any thread.
 */
final class GridClock implements TimeMeter {
    private static final long NS_PER_MS = 1_000_000;

    private final LongSupplier clusterTimeMs;
    private long lastMs = Long.MIN_VALUE;
    private long aheadMs;

    GridClock(LongSupplier clusterTimeMs) {
        this.clusterTimeMs = clusterTimeMs;
    }

    @Override
    public synchronized long currentTimeNanos() {
        long nowMs = clusterTimeMs.getAsLong() + aheadMs;
        if (nowMs < lastMs) {
            aheadMs += lastMs - nowMs;
            nowMs = lastMs;
        }
        lastMs = nowMs;
        return nowMs * NS_PER_MS;
    }

    @Override
    public boolean isWallClockBased() {
        return true;
    }
}
