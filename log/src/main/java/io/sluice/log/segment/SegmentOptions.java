package io.sluice.log.segment;

/**
 * Bounds of a {@link SegmentStore}.
 *
 * @param segmentBytes size of a segment file
 * @param spareSegments most recycled files kept
 * @param tailCacheBytes bytes of recent entries kept in memory
 */
public record SegmentOptions(int segmentBytes, int spareSegments, long tailCacheBytes) {
    static final int MIN_SEGMENT_BYTES = 16 * 1024;

    public SegmentOptions {
        if (segmentBytes < MIN_SEGMENT_BYTES) {
            throw new IllegalArgumentException("segmentBytes " + segmentBytes + " is below " + MIN_SEGMENT_BYTES);
        }
    }

    /** The largest body that is sure to fit into an empty segment. */
    public int maxBodyBytes() {
        return segmentBytes - SegmentHeader.BYTES - 4096;
    }
}
