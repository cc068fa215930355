package io.sluice.log.raft;

import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import java.util.function.LongSupplier;

/**
 * Lets so many snapshot bytes a second pass between nodes, at most one second's worth at once; who gets nothing asks again later.
 *
 * <p>*Confined to:* any thread (synchronized).
 */
final class CopyPace implements SnapshotThrottle {
    private static final double NS_PER_SECOND = 1e9;

    private final long bytesPerSecond;
    private final LongSupplier clockNs;
    private double allowed;
    private long atNs;

    CopyPace(long bytesPerSecond, LongSupplier clockNs) {
        this.bytesPerSecond = bytesPerSecond;
        this.clockNs = clockNs;
        this.allowed = bytesPerSecond;
        this.atNs = clockNs.getAsLong();
    }

    @Override
    public synchronized long throttledByThroughput(long bytes) {
        long nowNs = clockNs.getAsLong();
        allowed = Math.min((double) bytesPerSecond, allowed + (nowNs - atNs) / NS_PER_SECOND * bytesPerSecond);
        atNs = nowNs;
        long granted = Math.min(bytes, (long) allowed);
        allowed -= granted;
        return granted;
    }
}
