package io.sluice.log.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Record headers to bytes and back, for one segment.
 *
 * <p>Layout, big-endian, records aligned to 8: {@code u32 headerCrc, u16 magic, u8 type, u8 0, u32 bodyLength, u32 bodyCrc, u32 forcedOffset,
 * u32 previousCrc, u64 index, u64 term}, then the body. The header CRC starts from the segment's generation, a random number of each use of a
 * file, so what a recycled file held before never reads as valid; and nobody outside knows it, so no message body can pass for a record.
 *
 * <p>*Confined to:* one thread.
 */
final class RecordCodec {
    static final int HEADER_BYTES = 40;
    static final int ALIGNMENT = 8;
    private static final short MAGIC = (short) 0x51CE;

    private final CRC32C crc = new CRC32C();
    private final byte[] generation;

    RecordCodec(long generation) {
        this.generation = ByteBuffer.allocate(Long.BYTES).putLong(generation).array();
    }

    /** Bytes that a record with such a body takes in a segment, padding included. */
    static int recordBytes(int bodyLength) {
        return (HEADER_BYTES + bodyLength + ALIGNMENT - 1) & -ALIGNMENT;
    }

    int bodyCrc(ByteBuffer body) {
        crc.reset();
        crc.update(body.duplicate());
        return (int) crc.getValue();
    }

    /** Writes the header at the buffer's position and returns its CRC. */
    int put(RecordHeader header, ByteBuffer out) {
        int start = out.position();
        out.putInt(0).putShort(MAGIC).put(header.type().code()).put((byte) 0);
        out.putInt(header.bodyLength()).putInt(header.bodyCrc()).putInt(header.forcedOffset());
        out.putInt(header.previousCrc()).putLong(header.index()).putLong(header.term());
        int value = headerCrc(out, start);
        out.putInt(start, value);
        return value;
    }

    /** The header at a position, or null when there is none that belongs to this use of the file. */
    @Nullable
    RecordHeader get(ByteBuffer in, int at) {
        if (in.limit() - at < HEADER_BYTES || in.getShort(at + 4) != MAGIC || in.getInt(at) != headerCrc(in, at)) {
            return null;
        }
        RecordType type = RecordType.of(in.get(at + 6));
        int bodyLength = in.getInt(at + 8);
        if (type == null || bodyLength < 0) {
            return null;
        }
        return new RecordHeader(
                type,
                in.getLong(at + 24),
                in.getLong(at + 32),
                bodyLength,
                in.getInt(at + 12),
                in.getInt(at + 16),
                in.getInt(at + 20));
    }

    private int headerCrc(ByteBuffer buffer, int at) {
        crc.reset();
        crc.update(generation);
        crc.update(buffer.duplicate().limit(at + HEADER_BYTES).position(at + 4));
        return (int) crc.getValue();
    }
}
