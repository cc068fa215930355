package io.sluice.log.segment;

import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Files for segments to come: recycled ones first, new ones of set length (sparse) made ahead of need.
 *
 * <p>New files are not filled with zeros: forcing 32 MB of them made the log's own force wait for up to 29 ms, which everybody who published meanwhile
 * felt (docs/adr/0008 has the figures).
 *
 * <p>*Confined to:* any thread (synchronized around the list of spares; the slow write is outside).
 */
final class SegmentPool {
    static final String SPARE_SUFFIX = ".spare";
    static final String TEMPORARY_SUFFIX = ".tmp";

    private final FileLayer files;
    private final Path directory;
    private final int segmentBytes;
    private final int maxSpares;
    private final ArrayDeque<Path> spares = new ArrayDeque<>();
    private long nextName = 1;

    SegmentPool(FileLayer files, Path directory, SegmentOptions options) {
        this.files = files;
        this.directory = directory;
        this.segmentBytes = options.segmentBytes();
        this.maxSpares = Math.max(1, options.spareSegments());
    }

    /** Takes over the spare files found at start; those of another size are deleted. */
    synchronized void adopt(List<String> names) throws IOException {
        for (String name : names) {
            Path file = directory.resolve(name);
            if (name.endsWith(TEMPORARY_SUFFIX)) {
                files.delete(file);
            } else if (name.endsWith(SPARE_SUFFIX)) {
                nextName = Math.max(nextName, numberOf(name) + 1);
                keepOrDelete(file);
            }
        }
    }

    private void keepOrDelete(Path file) throws IOException {
        if (spares.size() < maxSpares && files.sizeBytes(file) == segmentBytes) {
            spares.add(file);
        } else {
            files.delete(file);
        }
    }

    private static long numberOf(String name) {
        try {
            return Long.parseLong(name.substring(0, name.length() - SPARE_SUFFIX.length()));
        } catch (NumberFormatException notOurs) {
            return 0;
        }
    }

    /** A file of the right size whose content means nothing; now the caller's. */
    Path take() throws IOException {
        synchronized (this) {
            Path spare = spares.poll();
            if (spare != null) {
                return spare;
            }
        }
        return makeFile();
    }

    /** Has one spare ready. */
    void prepare() throws IOException {
        synchronized (this) {
            if (!spares.isEmpty()) {
                return;
            }
        }
        Path file = makeFile();
        synchronized (this) {
            spares.add(file);
        }
    }

    private Path makeFile() throws IOException {
        Path spare;
        synchronized (this) {
            spare = directory.resolve(nextName++ + SPARE_SUFFIX);
        }
        Path temporary = directory.resolve(spare.getFileName() + TEMPORARY_SUFFIX);
        try (LogFile file = files.create(temporary)) {
            file.write(ByteBuffer.allocate(1), segmentBytes - 1L);
            file.force();
        } catch (IOException e) {
            throw new IOException(
                    "cannot make a segment of " + segmentBytes + " bytes in " + directory + " ("
                            + files.freeBytes(directory) + " bytes free)",
                    e);
        }
        files.rename(temporary, spare);
        return spare;
    }

    /** Takes back the file of a segment that nothing needs any more. */
    synchronized void give(Path segment) throws IOException {
        if (spares.size() < maxSpares && files.sizeBytes(segment) == segmentBytes) {
            Path spare = directory.resolve(nextName++ + SPARE_SUFFIX);
            files.rename(segment, spare);
            spares.add(spare);
        } else {
            files.delete(segment);
        }
        files.forceDirectory(directory);
    }

    synchronized int count() {
        return spares.size();
    }
}
