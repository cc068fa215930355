package io.sluice.log.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Appends records to one segment through a staging buffer: a batch becomes few large writes and one force.
 *
 * <p>The copy into the staging buffer is the one that Java makes anyway when it writes a heap buffer; here its memory is small, reused and warm.
 *
 * <p>*Confined to:* the store's writer thread.
 */
final class SegmentWriter {
    private final Segment segment;
    private final RecordCodec codec;
    private final ByteBuffer staging;
    private int stagedAt;
    private int forcedOffset;
    private int previousCrc;

    SegmentWriter(Segment segment, ByteBuffer staging, int endOffset, int previousCrc) {
        this.segment = segment;
        this.codec = new RecordCodec(segment.header.generation());
        this.staging = staging.clear();
        this.stagedAt = endOffset;
        this.forcedOffset = endOffset;
        this.previousCrc = previousCrc;
    }

    Segment segment() {
        return segment;
    }

    private int position() {
        return stagedAt + staging.position();
    }

    /** Whether a record fits and leaves room for the seal, its trailer and a marker at close. */
    boolean fits(int bodyLength) {
        long needed = (long) RecordCodec.recordBytes(bodyLength)
                + RecordCodec.recordBytes(segment.content.encodedBytes())
                + 2 * RecordCodec.HEADER_BYTES
                + SegmentTrailer.BYTES;
        return position() + needed <= segment.header.sizeBytes();
    }

    void put(LogRecord record) throws IOException {
        int offset = position();
        ByteBuffer body = record.body().duplicate();
        RecordHeader header = new RecordHeader(
                record.type(),
                record.index(),
                record.term(),
                body.remaining(),
                codec.bodyCrc(body),
                forcedOffset,
                previousCrc);
        if (staging.remaining() < RecordCodec.HEADER_BYTES) {
            flush();
        }
        previousCrc = codec.put(header, staging);
        stage(body);
        pad(offset + header.totalBytes());
        segment.content.add(header, offset);
    }

    private void stage(ByteBuffer body) throws IOException {
        while (body.hasRemaining()) {
            if (!staging.hasRemaining()) {
                flush();
            }
            int part = Math.min(staging.remaining(), body.remaining());
            staging.put(body.slice(body.position(), part));
            body.position(body.position() + part);
        }
    }

    private void pad(int end) throws IOException {
        while (position() < end) {
            if (!staging.hasRemaining()) {
                flush();
            }
            staging.put((byte) 0);
        }
    }

    private void flush() throws IOException {
        int length = staging.position();
        segment.file.write(staging.flip(), stagedAt);
        staging.clear();
        stagedAt += length;
    }

    /** Everything put so far is on disk when this returns. */
    void force() throws IOException {
        flush();
        segment.file.force();
        forcedOffset = stagedAt;
    }

    /** Writes the footer and forces; nothing can be put afterwards. */
    void seal() throws IOException {
        int offset = position();
        long last = segment.offsets().last();
        put(new LogRecord(last, 0, RecordType.SEAL, segment.content.encode()));
        flush();
        SegmentTrailer.write(segment.file, segment.header, offset);
        segment.file.force();
        segment.setSealed();
    }
}
