package io.sluice.log.api;

/**
 * A sealed segment and how much of it is still alive, as of the newest snapshot.
 *
 * @param firstIndex first entry it holds
 * @param lastIndex last entry it holds
 * @param liveBytes message bytes in it that the state still refers to
 * @param sizeBytes bytes of its file
 */
public record SparseSegment(long firstIndex, long lastIndex, long liveBytes, long sizeBytes) {
    public int livePercent() {
        return (int) (liveBytes * 100 / sizeBytes);
    }
}
