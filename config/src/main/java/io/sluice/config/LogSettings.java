package io.sluice.config;

/**
 * The replicated log.
 *
 * @param shards number of data shards made when the cluster is formed, 1–64
 * @param segmentBytes size of a preallocated segment file
 * @param spareSegments recycled files kept for reuse per shard
 * @param maxEntryBytes most bytes of one log entry (one message must fit, with 64 kB to spare)
 * @param batchBytes target size of a batch that a shard packs into one entry
 * @param inFlightEntries entries a shard hands to the log before the first is committed
 * @param tailCacheBytes bytes of recent entries kept in memory, per shard
 * @param snapshotLogBytes log bytes after which a snapshot is taken
 * @param relocateBelowPercent a sealed segment whose live bytes fall below this share of its size is emptied by Relocate
 * @param relocateBytesPerSecond upper bound of relocated bytes, per shard
 * @param reserveBytes free disk below which publishes are refused
 */
public record LogSettings(
        int shards,
        int segmentBytes,
        int spareSegments,
        int maxEntryBytes,
        int batchBytes,
        int inFlightEntries,
        long tailCacheBytes,
        long snapshotLogBytes,
        int relocateBelowPercent,
        long relocateBytesPerSecond,
        long reserveBytes) {}
