package io.sluice.log.segment;

/**
 * A segment file that belongs to a snapshot, and the entries of it that count: what else the file holds may never have been committed.
 *
 * @param generation of the file, which also names it in the snapshot's folder
 * @param firstIndex first entry that counts
 * @param lastIndex last entry that counts, at most the snapshot's index
 */
public record LinkedSegment(long generation, long firstIndex, long lastIndex) {
    /** Its name in the snapshot's folder of segments. */
    public String fileName() {
        return fileName(generation);
    }

    static String fileName(long generation) {
        return String.format("%016x.seg", generation);
    }
}
