package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment file; records start at {@link #BYTES}, a sector of their own.
 *
 * @param sequence order of the segment in its log; also its file name
 * @param generation random number of this use of the file
 * @param sizeBytes size of the file
 */
record SegmentHeader(long sequence, long generation, int sizeBytes) {
    static final int BYTES = 4096;
    static final int FORMAT_VERSION = 1;
    private static final int MAGIC = 0x534C5347;
    static final int USED_BYTES = 32;

    void write(LogFile file) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putInt(MAGIC).putInt(FORMAT_VERSION).putLong(sequence).putLong(generation);
        out.putInt(sizeBytes).putInt(crc(out));
        file.write(out.rewind(), 0);
    }

    static SegmentHeader read(LogFile file, Path path) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(USED_BYTES);
        file.read(in, 0);
        if (in.hasRemaining() || !isWhole(in)) {
            throw new DamagedLogException(path.toString(), 0, "its segment header is not what was written");
        }
        if (in.getInt(4) != FORMAT_VERSION) {
            throw new IOException(path + " has segment format " + in.getInt(4) + ", this version reads "
                    + FORMAT_VERSION + ": use the version that wrote it");
        }
        return new SegmentHeader(in.getLong(8), in.getLong(16), in.getInt(24));
    }

    static boolean isWhole(ByteBuffer bytes) {
        return bytes.getInt(0) == MAGIC && bytes.getInt(28) == crc(bytes);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(28));
        return (int) crc.getValue();
    }
}
