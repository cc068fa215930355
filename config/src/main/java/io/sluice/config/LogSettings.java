package io.sluice.config;

/** The replicated log. */
public record LogSettings(
        @Setting(value = "2", min = "1", max = "64", doc = "data shards made when the cluster is formed")
        int shards,

        @Setting(value = "32MB", min = "1MB", max = "1GB", doc = "size of a preallocated segment file")
        int segmentBytes,

        @Setting(value = "2", min = "0", max = "64", doc = "recycled segment files kept for reuse, per shard")
        int spareSegments,

        @Setting(
                value = "5MB",
                min = "128KB",
                max = "256MB",
                doc = "largest log entry; one message must fit with 64KB to spare")
        int maxEntryBytes,

        @Setting(
                value = "256KB",
                min = "4KB",
                max = "16MB",
                doc = "target size of the batch that a shard packs into one entry")
        int batchBytes,

        @Setting(
                value = "2",
                min = "1",
                max = "64",
                doc = "entries that a shard hands to the log before the first is committed")
        int inFlightEntries,

        @Setting(value = "32MB", min = "1MB", max = "16GB", doc = "recent entries kept in memory, per shard")
        long tailCacheBytes,

        @Setting(value = "1GB", min = "1MB", max = "1TB", doc = "log bytes after which a snapshot is taken")
        long snapshotLogBytes,

        @Setting(
                value = "2GB",
                min = "1MB",
                max = "1TB",
                doc =
                        "log bytes since the last snapshot up to which the next one waits for a replica that still needs the log before it; then that replica gets a snapshot")
        long catchUpLogBytes,

        @Setting(
                value = "64MB",
                min = "1MB",
                max = "10GB",
                doc = "upper bound of snapshot bytes that a node sends, receives and writes, each, all logs together")
        long snapshotBytesPerSecond,

        @Setting(
                value = "25",
                min = "0",
                max = "90",
                doc =
                        "a sealed segment whose live share (percent) falls below this is emptied by Relocate; 0 for never")
        int relocateBelowPercent,

        @Setting(value = "4MB", min = "64KB", max = "1GB", doc = "upper bound of relocated bytes, per shard")
        long relocateBytesPerSecond,

        @Setting(value = "256MB", min = "1MB", max = "1TB", doc = "free disk below which publishes are refused")
        long reserveBytes,

        @Setting(
                value = "3",
                min = "1",
                max = "7",
                doc = "nodes that hold each data shard, decided when the cluster is formed; all of a smaller cluster")
        int replicas) {

    private static final int USUAL_REPLICAS = 3;
    private static final long USUAL_SNAPSHOT_BYTES_PER_SECOND = 64L << 20;

    /** With the usual number of replicas, and what catching up takes as usual. */
    public LogSettings(
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
            long reserveBytes) {
        this(
                shards,
                segmentBytes,
                spareSegments,
                maxEntryBytes,
                batchBytes,
                inFlightEntries,
                tailCacheBytes,
                snapshotLogBytes,
                2 * snapshotLogBytes,
                USUAL_SNAPSHOT_BYTES_PER_SECOND,
                relocateBelowPercent,
                relocateBytesPerSecond,
                reserveBytes,
                USUAL_REPLICAS);
    }
}
