package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A few bytes replaced as a whole: a crash leaves the old content or the new, never a mixture, and a CRC tells rot. */
public final class SmallFile {
    private static final int MAGIC = 0x534C4631;
    private static final int OVERHEAD_BYTES = 2 * Integer.BYTES;
    private static final int MAX_BYTES = 1 << 20;

    private final FileLayer files;
    private final Path path;

    public SmallFile(FileLayer files, Path path) {
        this.files = files;
        this.path = path;
    }

    /** The content, or null when it was never written. */
    public synchronized @Nullable ByteBuffer read() throws IOException {
        if (!files.exists(path)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(files.sizeBytes(path), MAX_BYTES));
        try (LogFile file = files.open(path, false)) {
            file.read(bytes, 0);
        }
        bytes.flip();
        if (bytes.limit() < OVERHEAD_BYTES
                || bytes.getInt(0) != MAGIC
                || bytes.getInt(4) != crc(bytes.slice(OVERHEAD_BYTES, bytes.limit() - OVERHEAD_BYTES))) {
            throw new DamagedLogException(path.toString(), 0, "its content is not what was written");
        }
        return bytes.slice(OVERHEAD_BYTES, bytes.limit() - OVERHEAD_BYTES);
    }

    /** Replaces the content; it is on disk when this returns. */
    public synchronized void write(ByteBuffer content) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(OVERHEAD_BYTES + content.remaining());
        bytes.putInt(MAGIC).putInt(crc(content)).put(content.duplicate()).flip();
        Path temporary = path.resolveSibling(path.getFileName() + SegmentPool.TEMPORARY_SUFFIX);
        try (LogFile file = files.create(temporary)) {
            file.write(bytes, 0);
            file.force();
        }
        files.rename(temporary, path);
        Path directory = path.getParent();
        if (directory != null) {
            files.forceDirectory(directory);
        }
    }

    private static int crc(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }
}
