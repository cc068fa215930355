package io.sluice.log.segment;

import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The last bytes of a sealed segment: where its seal is, so that opening it needs two small reads and no scan. */
final class SegmentTrailer {
    static final int BYTES = 16;
    private static final int MAGIC = 0x5EA1;
    /** Far above the seal of the largest segment; a bound for what a wrong trailer could make us read. */
    private static final int MAX_SEAL_BYTES = 4 << 20;

    private SegmentTrailer() {}

    static void write(LogFile file, SegmentHeader header, int sealOffset) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putInt(MAGIC).putInt(sealOffset).putLong(header.generation());
        file.write(out.flip(), header.sizeBytes() - BYTES);
    }

    /** The content that the footer tells of, or null when there is no valid seal: then the segment must be scanned. */
    static @Nullable SegmentContent read(LogFile file, SegmentHeader header) throws IOException {
        ByteBuffer trailer = ByteBuffer.allocate(BYTES);
        file.read(trailer, header.sizeBytes() - BYTES);
        if (trailer.hasRemaining() || trailer.getInt(0) != MAGIC || trailer.getLong(8) != header.generation()) {
            return null;
        }
        int at = trailer.getInt(4);
        if (at < SegmentHeader.BYTES || at > header.sizeBytes() - BYTES - RecordCodec.HEADER_BYTES) {
            return null;
        }
        ByteBuffer seal = ByteBuffer.allocate(Math.min(MAX_SEAL_BYTES, header.sizeBytes() - BYTES - at));
        file.read(seal, at);
        seal.flip();
        RecordCodec codec = new RecordCodec(header.generation());
        RecordHeader record = codec.get(seal, 0);
        if (record == null
                || record.type() != RecordType.SEAL
                || record.bodyLength() > seal.limit() - RecordCodec.HEADER_BYTES) {
            return null;
        }
        ByteBuffer body = seal.slice(RecordCodec.HEADER_BYTES, record.bodyLength());
        return codec.bodyCrc(body) == record.bodyCrc() ? SegmentContent.decode(body) : null;
    }
}
