package io.sluice.log.raft;

import io.sluice.config.LogSettings;
import java.util.function.LongSupplier;

/**
 * Says when a log's next snapshot is due: after so many bytes of log, but later while a replica still needs what it would cut off.
 *
 * <p>Consensus keeps the entries above the snapshot before the newest one. So a replica that reads entries at or below the newest one, or is being sent
 * it, would be thrown back by the next: each time it gets there, what it needs next would be gone. It waits until that replica is past it, or until
 * {@code log.catchUpLogBytes} of log have come since; a copy that is overtaken all the same keeps the segments that it has.
 *
 * <p>*Confined to:* the apply thread.
 */
final class SnapshotRule {
    /** Asked again after this part of the ordinary distance. */
    private static final int PARTS = 8;

    private final long snapshotLogBytes;
    private final long catchUpLogBytes;
    private final LongSupplier lowestMissing;
    private long bytes;
    private long dueAtBytes;

    /** @param lowestMissing first entry that a replica may not have yet; consensus tells it the term of the one before, so that one is needed too */
    SnapshotRule(LogSettings settings, LongSupplier lowestMissing) {
        this.snapshotLogBytes = settings.snapshotLogBytes();
        this.catchUpLogBytes = Math.max(settings.catchUpLogBytes(), snapshotLogBytes);
        this.lowestMissing = lowestMissing;
        this.dueAtBytes = snapshotLogBytes;
    }

    /**
     * Counts an entry.
     *
     * @param newestIndex of the newest snapshot
     * @return whether a snapshot should be taken now
     */
    boolean isDueAfter(int entryBytes, long newestIndex) {
        bytes += entryBytes;
        if (bytes < dueAtBytes) {
            return false;
        }
        if (bytes < catchUpLogBytes && newestIndex > 0 && lowestMissing.getAsLong() - 1 <= newestIndex) {
            dueAtBytes = Math.min(catchUpLogBytes, bytes + Math.max(1, snapshotLogBytes / PARTS));
            return false;
        }
        taken();
        return true;
    }

    /** Counting starts again. */
    void taken() {
        bytes = 0;
        dueAtBytes = snapshotLogBytes;
    }
}
