package io.sluice.log.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the entries of one segment lie: a point every {@value #STRIDE_BYTES} bytes, from which a reader walks the headers on.
 *
 * <p>A cut drops the points above it and makes the next entry a point, so a walk that starts at the nearest point at or below an index
 * meets that index's valid record before any that was cut off.
 *
 * <p>*Invariants:* points rise in index and offset; {@code last >= first - 1}. *Confined to:* one writer, any readers (synchronized).
 */
final class OffsetIndex {
    static final int STRIDE_BYTES = 16 * 1024;
    private static final int POINT_BYTES = Long.BYTES + Integer.BYTES;

    private long[] indexes = new long[64];
    private int[] offsets = new int[64];
    private int count;
    private long first;
    private long last = -1;
    private boolean pointDue = true;
    private final List<Long> configurations = new ArrayList<>();

    synchronized void add(RecordType type, long index, int offset) {
        if (isEmpty()) {
            first = index;
            pointDue = true;
        }
        last = index;
        if (pointDue || offset - offsets[count - 1] >= STRIDE_BYTES) {
            addPoint(index, offset);
        }
        if (type == RecordType.CONFIGURATION) {
            configurations.add(index);
        }
    }

    private void addPoint(long index, int offset) {
        if (count == indexes.length) {
            indexes = Arrays.copyOf(indexes, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        indexes[count] = index;
        offsets[count++] = offset;
        pointDue = false;
    }

    /** Forgets entries above an index. */
    synchronized void cut(long lastKept) {
        if (lastKept >= last) {
            return;
        }
        last = Math.max(lastKept, first - 1);
        while (count > 0 && indexes[count - 1] > lastKept) {
            count--;
        }
        configurations.removeIf(index -> index > lastKept);
        pointDue = true;
    }

    /** Offset of the nearest point at or below an index that is held. */
    synchronized int floorOffset(long index) {
        int found = Arrays.binarySearch(indexes, 0, count, index);
        return offsets[found >= 0 ? found : -found - 2];
    }

    synchronized boolean contains(long index) {
        return !isEmpty() && index >= first && index <= last;
    }

    synchronized boolean isEmpty() {
        return last < first;
    }

    synchronized long first() {
        return first;
    }

    synchronized long last() {
        return last;
    }

    synchronized List<Long> configurations() {
        return List.copyOf(configurations);
    }

    /** Bytes of {@link #encode}, with room for one more entry. */
    synchronized int encodedBytes() {
        return 2 * Long.BYTES
                + 2 * Integer.BYTES
                + (configurations.size() + 1) * Long.BYTES
                + (count + 1) * POINT_BYTES;
    }

    synchronized void encode(ByteBuffer out) {
        out.putLong(first).putLong(last).putInt(configurations.size());
        configurations.forEach(out::putLong);
        out.putInt(count);
        for (int i = 0; i < count; i++) {
            out.putLong(indexes[i]).putInt(offsets[i]);
        }
    }

    static OffsetIndex decode(ByteBuffer in) {
        OffsetIndex index = new OffsetIndex();
        index.first = in.getLong();
        index.last = in.getLong();
        for (int left = in.getInt(); left > 0; left--) {
            index.configurations.add(in.getLong());
        }
        for (int left = in.getInt(); left > 0; left--) {
            index.addPoint(in.getLong(), in.getInt());
        }
        return index;
    }
}
