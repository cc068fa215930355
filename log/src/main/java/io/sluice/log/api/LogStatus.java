package io.sluice.log.api;

/**
 * A log's figures at one moment.
 *
 * @param firstIndex first index still in the Raft range
 * @param lastIndex last index written
 * @param appliedIndex last index applied
 * @param snapshotIndex index of the newest snapshot, 0 if none
 * @param diskBytes bytes of its segment files, spare ones included
 * @param segmentCount segment files that hold entries
 * @param spareCount recycled files waiting for use
 * @param freeDiskBytes bytes the file system has left
 */
public record LogStatus(
        long firstIndex,
        long lastIndex,
        long appliedIndex,
        long snapshotIndex,
        long diskBytes,
        int segmentCount,
        int spareCount,
        long freeDiskBytes) {}
