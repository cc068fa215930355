package io.sluice.log.segment;

import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment from its start, every CRC checked, up to the first record that is not whole.
 *
 * <p>What comes after that is a torn tail or damage. It is <em>damage</em> when any record further on says that this place had been forced before it
 * was written ({@code forcedOffset}); it is <em>torn</em> otherwise, even when whole records follow: pages that were not forced reach the
 * disk in any order. So the last batch has no witness; a clean close writes one.
 */
final class SegmentScanner {
    private static final int CHUNK_BYTES = 1 << 20;

    /**
     * @param endOffset where the next record would go
     * @param lastCrc header CRC of the last whole record, 0 when there is none
     * @param sealed whether that record is the seal
     * @param tornBytes bytes of a torn tail that can still be recognised
     * @param damagedAt offset of damage, or -1
     * @param entries whole entries met, those that were cut off later too
     */
    record Result(
            SegmentContent content,
            int endOffset,
            int lastCrc,
            boolean sealed,
            int tornBytes,
            int damagedAt,
            long entries) {}

    private final LogFile file;
    private final SegmentHeader header;
    private final RecordCodec codec;
    private ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
    private int chunkOffset;
    private long entries;

    SegmentScanner(LogFile file, SegmentHeader header) {
        this.file = file;
        this.header = header;
        this.codec = new RecordCodec(header.generation());
    }

    Result scan() throws IOException {
        SegmentContent content = new SegmentContent();
        int at = SegmentHeader.BYTES;
        int lastCrc = 0;
        boolean sealed = false;
        while (!sealed) {
            RecordHeader record = wholeRecord(at);
            if (record == null || record.previousCrc() != lastCrc) {
                return ended(content, at, lastCrc);
            }
            content.add(record, at);
            entries += record.type().isEntry() ? 1 : 0;
            lastCrc = chunk.getInt(at - chunkOffset);
            sealed = record.type() == RecordType.SEAL;
            at += record.totalBytes();
        }
        return new Result(content, at, lastCrc, true, 0, -1, entries);
    }

    private @Nullable RecordHeader wholeRecord(int at) throws IOException {
        RecordHeader record = headerAt(at);
        if (record == null || record.bodyLength() > header.sizeBytes() - at - RecordCodec.HEADER_BYTES) {
            return null;
        }
        load(at, RecordCodec.HEADER_BYTES + record.bodyLength());
        int body = at - chunkOffset + RecordCodec.HEADER_BYTES;
        if (chunk.limit() - body < record.bodyLength()) {
            return null;
        }
        ByteBuffer bytes = chunk.duplicate().limit(body + record.bodyLength()).position(body);
        return codec.bodyCrc(bytes) == record.bodyCrc() ? record : null;
    }

    private @Nullable RecordHeader headerAt(int at) throws IOException {
        if (at > header.sizeBytes() - RecordCodec.HEADER_BYTES) {
            return null;
        }
        load(at, RecordCodec.HEADER_BYTES);
        return codec.get(chunk, at - chunkOffset);
    }

    /** Looks through everything behind the last whole record for witnesses. */
    private Result ended(SegmentContent content, int end, int lastCrc) throws IOException {
        int tornEnd = end;
        for (int at = end; at <= header.sizeBytes() - RecordCodec.HEADER_BYTES; at += RecordCodec.ALIGNMENT) {
            RecordHeader left = headerAt(at);
            if (left == null) {
                continue;
            }
            if (left.forcedOffset() > end) {
                return new Result(content, end, lastCrc, false, 0, end, entries);
            }
            tornEnd = (int) Math.min((long) at + left.totalBytes(), header.sizeBytes());
        }
        return new Result(content, end, lastCrc, false, tornEnd - end, -1, entries);
    }

    /** Makes the chunk hold {@code length} bytes from an offset, or as many as the file has. */
    private void load(int offset, int length) throws IOException {
        if (offset >= chunkOffset && offset + length <= chunkOffset + chunk.limit()) {
            return;
        }
        if (length > chunk.capacity()) {
            chunk = ByteBuffer.allocate(Math.max(length, CHUNK_BYTES));
        }
        chunk.clear();
        chunkOffset = offset;
        file.read(chunk, offset);
        chunk.flip();
    }
}
