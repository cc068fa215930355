package io.sluice.log.segment;

import java.nio.ByteBuffer;

/**
 * What the records of a segment amount to, built record by record while it is written or scanned, and kept in its footer once it is sealed.
 *
 * <p>*Confined to:* the store's writer thread, but for {@link #offsets}.
 */
final class SegmentContent {
    private static final int VERSION = 1;
    static final long NOTHING_CUT = Long.MAX_VALUE;

    final OffsetIndex offsets;
    private long lowestKept;
    private long resetTo;

    SegmentContent() {
        this(new OffsetIndex(), NOTHING_CUT, 0);
    }

    private SegmentContent(OffsetIndex offsets, long lowestKept, long resetTo) {
        this.offsets = offsets;
        this.lowestKept = lowestKept;
        this.resetTo = resetTo;
    }

    void add(RecordHeader header, int offset) {
        switch (header.type()) {
            case DATA, NO_OP, CONFIGURATION -> offsets.add(header.type(), header.index(), offset);
            case TRUNCATE -> cut(header.index());
            case RESET -> {
                cut(header.term());
                resetTo = header.index();
            }
            case SEAL -> {}
        }
    }

    private void cut(long lastKept) {
        lowestKept = Math.min(lowestKept, lastKept);
        offsets.cut(lastKept);
    }

    /** Entries above it in earlier segments are no longer part of the log. */
    long lowestKept() {
        return lowestKept;
    }

    /** First index after the last reset in this segment, or 0. */
    long resetTo() {
        return resetTo;
    }

    int encodedBytes() {
        return Integer.BYTES + 2 * Long.BYTES + offsets.encodedBytes();
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(encodedBytes());
        out.putInt(VERSION).putLong(lowestKept).putLong(resetTo);
        offsets.encode(out);
        return out.flip();
    }

    static SegmentContent decode(ByteBuffer in) {
        int version = in.getInt();
        if (version != VERSION) {
            throw new IllegalArgumentException("footer version " + version);
        }
        long lowestKept = in.getLong();
        long resetTo = in.getLong();
        return new SegmentContent(OffsetIndex.decode(in), lowestKept, resetTo);
    }
}
