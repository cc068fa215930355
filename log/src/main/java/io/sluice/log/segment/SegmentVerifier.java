package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.LogReport;
import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a log's folder as recovery would, but every segment whole, and goes on after damage. */
public final class SegmentVerifier {
    private final FileLayer files;
    private final Path log;
    private final Path directory;
    private final long snapshotIndex;
    private final SegmentList segments = new SegmentList();
    private final List<String> damage = new ArrayList<>();
    private long entries;
    private long tornBytes;
    private long resetTo;

    public SegmentVerifier(FileLayer files, Path log, long snapshotIndex) {
        this.files = files;
        this.log = log;
        this.directory = log.resolve("segments");
        this.snapshotIndex = snapshotIndex;
    }

    public LogReport verify() throws IOException {
        List<String> installed = SnapshotSegments.names(files, directory);
        for (String name : installed) {
            checked(() -> checkInstalled(directory.resolve(name)));
        }
        List<String> names = SegmentRecovery.segmentNames(files, directory);
        for (int i = 0; i < names.size(); i++) {
            Path path = directory.resolve(names.get(i));
            try (LogFile file = files.open(path, false)) {
                check(path, file, i == names.size() - 1);
            } catch (DamagedLogException e) {
                damage.add(e.getMessage());
            }
        }
        IndexRange range = new IndexRange(new SmallFile(files, directory.resolve("range")));
        checked(() -> range.recover(segments, resetTo));
        checked(() -> new SmallFile(files, log.resolve("vote")).read());
        checkSnapshot(range);
        return new LogReport(
                String.valueOf(log.getFileName()),
                installed.size() + names.size(),
                entries,
                range.first(),
                range.last(),
                snapshotIndex,
                tornBytes,
                List.copyOf(damage));
    }

    private void checkInstalled(Path path) throws IOException {
        Segment segment = SnapshotSegments.open(files, path);
        try (LogFile file = segment.file) {
            SegmentScanner.Result found = new SegmentScanner(file, segment.header).scan();
            entries += found.entries();
            if (!found.sealed()) {
                throw new DamagedLogException(path.toString(), found.endOffset(), "a record is not there as written");
            }
        }
    }

    private void check(Path path, LogFile file, boolean isLast) throws IOException {
        SegmentHeader header = SegmentHeader.read(file, path);
        if (files.sizeBytes(path) != header.sizeBytes()) {
            throw new DamagedLogException(
                    path.toString(), files.sizeBytes(path), "the file is not of its size, " + header.sizeBytes());
        }
        SegmentScanner.Result found = new SegmentScanner(file, header).scan();
        boolean damaged = found.damagedAt() >= 0 || (!found.sealed() && !isLast);
        SegmentContent sealed = damaged ? SegmentTrailer.read(file, header) : null;
        segments.add(new Segment(path, header, file, sealed == null ? found.content() : sealed));
        resetTo = Math.max(resetTo, found.content().resetTo());
        entries += found.entries();
        if (damaged) {
            throw new DamagedLogException(
                    path.toString(),
                    found.endOffset(),
                    "a record that had been forced to disk is not there as written");
        }
        tornBytes += found.tornBytes();
    }

    private void checkSnapshot(IndexRange range) {
        if (range.first() > 1 && snapshotIndex < range.first() - 1) {
            damage.add("damaged log: " + log + ": the log starts at entry " + range.first()
                    + ", but the snapshot ends at " + snapshotIndex);
        }
    }

    private void checked(Check check) throws IOException {
        try {
            check.run();
        } catch (DamagedLogException e) {
            damage.add(e.getMessage());
        }
    }

    /** Something that may find damage. */
    private interface Check {
        void run() throws IOException;
    }
}
