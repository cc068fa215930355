package io.sluice.log.segment;

/**
 * One segment as others see it.
 *
 * @param name of its file, unique in its log
 * @param generation random number of this use of the file: the same wherever a copy or a link of it is
 * @param firstIndex of the entries it holds
 * @param lastIndex of the entries it holds; below {@code firstIndex} when it holds none
 * @param sizeBytes of its file
 */
public record SegmentInfo(String name, long generation, long firstIndex, long lastIndex, long sizeBytes) {
    static SegmentInfo of(Segment segment) {
        OffsetIndex offsets = segment.offsets();
        return new SegmentInfo(
                segment.name(),
                segment.header.generation(),
                offsets.first(),
                offsets.last(),
                segment.header.sizeBytes());
    }

    /** The same segment, valid only up to an index. */
    public SegmentInfo upTo(long index) {
        return new SegmentInfo(name, generation, firstIndex, Math.min(lastIndex, index), sizeBytes);
    }
}
