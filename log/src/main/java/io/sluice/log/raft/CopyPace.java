package io.sluice.log.raft;

import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import io.sluice.log.api.LogStateMachine.WritePace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets so many snapshot bytes a second pass, at most one second's worth at once.
 *
 * <p>Who sends must not wait, it would hold a thread that serves others: it passes on less. Who receives or writes waits, so that the parts stay large
 * however low the rate is, and is held to a tenth of a second's worth at once.
 *
 * <p>*Confined to:* any thread (synchronized; nobody waits inside).
 */
final class CopyPace implements SnapshotThrottle, WritePace {
    private static final double NS_PER_SECOND = 1e9;
    private static final int WAITER_BURSTS_PER_SECOND = 10;
    /** What consensus asks for at a time. */
    private static final long CHUNK_BYTES = 128 << 10;

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
        refill((double) bytesPerSecond);
        long granted = Math.min(bytes, (long) allowed);
        allowed -= granted;
        return granted;
    }

    private void refill(double burstBytes) {
        long nowNs = clockNs.getAsLong();
        allowed = Math.min(burstBytes, allowed + (nowNs - atNs) / NS_PER_SECOND * bytesPerSecond);
        atNs = nowNs;
    }

    /** Takes the bytes now; returns how long to wait before using them. */
    synchronized long takeNs(long bytes) {
        refill((double) bytesPerSecond / WAITER_BURSTS_PER_SECOND);
        allowed -= bytes;
        return allowed >= 0 ? 0 : (long) (-allowed / (double) bytesPerSecond * NS_PER_SECOND);
    }

    @Override
    public void await(long bytes) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(takeNs(bytes));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to write a snapshot");
        }
    }

    /** For who receives: grants what was asked for, after a while; of the listing, which is asked for as if it had 2 GB, no more than a chunk. */
    SnapshotThrottle waiting() {
        return asked -> {
            long bytes = Math.min(asked, CHUNK_BYTES);
            try {
                TimeUnit.NANOSECONDS.sleep(takeNs(bytes));
            } catch (InterruptedException e) {
                // The copy is being cancelled, which its own thread sees.
                Thread.currentThread().interrupt();
            }
            return bytes;
        };
    }
}
