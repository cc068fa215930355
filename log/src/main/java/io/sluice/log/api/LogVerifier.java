package io.sluice.log.api;

import io.sluice.log.segment.SegmentVerifier;
import io.sluice.log.spi.FileLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks a data folder, or a copy of one, every record by its CRC; changes nothing. */
public final class LogVerifier {
    private static final String SNAPSHOT_PREFIX = "snapshot_";

    private LogVerifier() {}

    /**
     * Checks every log found in the folder.
     *
     * @throws IOException when the folder cannot be read or holds no log
     */
    public static List<LogReport> verify(Path dataDir) throws IOException {
        List<LogReport> reports = new ArrayList<>();
        try (Stream<Path> children = Files.list(dataDir)) {
            for (Path log : children.sorted().toList()) {
                if (Files.isDirectory(log.resolve("segments"))) {
                    reports.add(new SegmentVerifier(FileLayer.disk(), log, snapshotIndex(log)).verify());
                }
            }
        }
        if (reports.isEmpty()) {
            throw new IOException(dataDir + " holds no log: expected folders such as control/segments in it");
        }
        return reports;
    }

    private static long snapshotIndex(Path log) throws IOException {
        Path folder = log.resolve("snapshots");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> snapshots = Files.list(folder)) {
            return snapshots
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.matches(SNAPSHOT_PREFIX + "\\d{1,18}"))
                    .mapToLong(name -> Long.parseLong(name.substring(SNAPSHOT_PREFIX.length())))
                    .max()
                    .orElse(0);
        }
    }
}
