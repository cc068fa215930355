package io.sluice.log.raft;

import java.util.function.LongSupplier;

/**
 * Keeps entries from the machine until this replica has them on its own disk.
 *
 * <p>Where the other replicas are faster, consensus hands a leader what a majority has and its own disk has not yet; but bodies are read from there, and a snapshot
 * links what is there. Safe for any thread.
 */
final class OwnDisk {
    private static final long LOOK_AGAIN_MS = 100;

    private final LongSupplier lastIndex;
    private boolean closed;

    /** @param lastIndex of the last entry on disk */
    OwnDisk(LongSupplier lastIndex) {
        this.lastIndex = lastIndex;
    }

    /** Returns once the entry is on disk; at once when closed, since what is committed may be applied. */
    void await(long index) {
        if (lastIndex.getAsLong() >= index) {
            return;
        }
        synchronized (this) {
            while (!closed && lastIndex.getAsLong() < index) {
                try {
                    wait(LOOK_AGAIN_MS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    synchronized void appended() {
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
