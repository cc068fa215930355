package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the segments of a folder and makes the last one fit to go on with.
 *
 * <p>A sealed segment is taken by its footer: two small reads, so that gigabytes open in milliseconds; its bodies' CRCs are checked when they are
 * read. The last segment is scanned whole, even when it has a seal: seal and last batch are forced together, so after a crash the seal may be
 * there without the batch. A later segment is made only after that force, so earlier seals can be trusted.
 */
final class SegmentRecovery {
    static final String SUFFIX = ".seg";
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

    private final FileLayer files;
    private final Path directory;
    private final SegmentList segments;
    private final ByteBuffer staging;
    private long nextSequence = 1;
    private long resetTo;

    SegmentRecovery(FileLayer files, Path directory, SegmentList segments, ByteBuffer staging) {
        this.files = files;
        this.directory = directory;
        this.segments = segments;
        this.staging = staging;
    }

    static String fileName(long sequence) {
        return String.format("%016x%s", sequence, SUFFIX);
    }

    static List<String> segmentNames(FileLayer files, Path directory) throws IOException {
        return files.list(directory).stream()
                .filter(name -> name.matches("[0-9a-f]{16}\\" + SUFFIX))
                .sorted()
                .toList();
    }

    long nextSequence() {
        return nextSequence;
    }

    long resetTo() {
        return resetTo;
    }

    /** Loads every segment; returns the writer for the last one unless it is sealed. */
    @Nullable
    SegmentWriter run() throws IOException {
        List<String> names = segmentNames(files, directory);
        SegmentWriter writer = null;
        for (int i = 0; i < names.size(); i++) {
            writer = load(directory.resolve(names.get(i)), i == names.size() - 1);
        }
        return writer;
    }

    private @Nullable SegmentWriter load(Path path, boolean isLast) throws IOException {
        LogFile file = files.open(path, isLast);
        try {
            SegmentHeader header = SegmentHeader.read(file, path);
            if (files.sizeBytes(path) != header.sizeBytes()
                    || !fileName(header.sequence()).equals(String.valueOf(path.getFileName()))) {
                throw new DamagedLogException(
                        path.toString(), 0, "its name or size is not that of segment " + header.sequence());
            }
            nextSequence = header.sequence() + 1;
            SegmentContent sealed = isLast ? null : SegmentTrailer.read(file, header);
            if (sealed != null) {
                add(new Segment(path, header, file, sealed)).setSealed();
                return null;
            }
            return scan(path, header, file, isLast);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private @Nullable SegmentWriter scan(Path path, SegmentHeader header, LogFile file, boolean isLast)
            throws IOException {
        SegmentScanner.Result found = new SegmentScanner(file, header).scan();
        if (found.damagedAt() >= 0) {
            throw new DamagedLogException(
                    path.toString(),
                    found.damagedAt(),
                    "a record that had been forced to disk is not there as written");
        }
        if (!found.sealed() && !isLast) {
            throw new DamagedLogException(
                    path.toString(), found.endOffset(), "records end here, but later segments follow");
        }
        Segment segment = add(new Segment(path, header, file, found.content()));
        if (found.sealed()) {
            if (isLast) {
                // Seal and last batch may still be in memory only; what follows relies on them.
                file.force();
            }
            segment.setSealed();
            return null;
        }
        if (found.tornBytes() > 0) {
            LOG.warn("{}: cut a torn tail of {} bytes at offset {}", path, found.tornBytes(), found.endOffset());
        }
        // What was found may still be in memory only; the next records will claim that it is on disk.
        file.force();
        return new SegmentWriter(segment, staging, found.endOffset(), found.lastCrc());
    }

    private Segment add(Segment segment) {
        segments.add(segment);
        resetTo = Math.max(resetTo, segment.content.resetTo());
        return segment;
    }
}
