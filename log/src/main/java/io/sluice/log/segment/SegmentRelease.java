package io.sluice.log.segment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives segments back to the pool that nothing needs: sealed, dead, and below the range's start as it is on disk.
 *
 * <p>*Confined to:* the maintenance thread.
 */
record SegmentRelease(SegmentList segments, IndexRange range, SegmentPool pool) {
    void run() throws IOException {
        range.save();
        List<Segment> unused = unused(range.savedFirst());
        segments.remove(unused::contains);
        for (Segment segment : unused) {
            segment.retire();
            pool.give(segment.path);
        }
    }

    /** An empty segment may still say that something in an earlier one was cut off: it goes only when there is no earlier one. */
    private List<Segment> unused(long firstNeeded) {
        List<Segment> unused = new ArrayList<>();
        boolean earlierKept = false;
        for (Segment segment : segments.all()) {
            boolean empty = segment.offsets().isEmpty();
            boolean past = segment.isDead() && segment.offsets().last() < firstNeeded;
            if (segment.isSealed() && (empty ? !earlierKept : past)) {
                unused.add(segment);
            } else {
                earlierKept = true;
            }
        }
        return unused;
    }
}
