package io.sluice.log.segment;

/**
 * One sealed segment as others see it.
 *
 * @param sequence its number, never used again
 * @param firstIndex of the entries it holds
 * @param lastIndex of the entries it holds; below {@code firstIndex} when it holds none
 * @param sizeBytes of its file
 */
public record SegmentInfo(long sequence, long firstIndex, long lastIndex, long sizeBytes) {}
