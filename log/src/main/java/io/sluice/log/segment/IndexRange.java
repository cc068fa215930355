package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The part of the log that consensus still needs; its start is kept in a small file, its end follows from the segments.
 *
 * <p>*Invariants:* the start never goes back; {@code last >= first - 1}. *Confined to:* figures from any thread, {@link #save} synchronized.
 */
final class IndexRange {
    private final SmallFile file;
    private volatile long first = 1;
    private volatile long last;
    private long savedFirst = 1;

    IndexRange(SmallFile file) {
        this.file = file;
    }

    void recover(SegmentList segments, long resetTo) throws IOException {
        ByteBuffer saved = file.read();
        if (saved != null) {
            savedFirst = saved.getLong();
        }
        first = Math.max(savedFirst, resetTo);
        last = Math.max(segments.lastIndex(), first - 1);
        checkContiguous(segments);
    }

    private void checkContiguous(SegmentList segments) throws IOException {
        long expected = first;
        for (Segment segment : segments.own()) {
            OffsetIndex offsets = segment.offsets();
            if (offsets.isEmpty() || offsets.last() < expected) {
                continue;
            }
            if (offsets.first() > expected) {
                throw new DamagedLogException(
                        segment.path.toString(),
                        SegmentHeader.BYTES,
                        "it starts at entry " + offsets.first() + ", but entries from " + expected
                                + " on are missing: a segment file before it is gone");
            }
            expected = offsets.last() + 1;
        }
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    void setFirst(long index) {
        first = index;
        last = Math.max(last, index - 1);
    }

    void setLast(long index) {
        last = index;
    }

    /** Makes the start durable. */
    synchronized void save() throws IOException {
        long current = first;
        if (current != savedFirst) {
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(current).flip());
            savedFirst = current;
        }
    }

    synchronized long savedFirst() {
        return savedFirst;
    }
}
