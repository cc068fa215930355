package io.sluice.log.raft;

import io.sluice.log.api.SparseSegment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The files that a machine wrote for a snapshot. */
final class SnapshotFiles {
    private SnapshotFiles() {}

    /**
     * Writes which sealed segments the state refers to, one a line: first index, last index, live bytes. Whoever installs the snapshot on another node
     * needs these entries besides the state.
     */
    static Path writeManifest(Path snapshot, List<SparseSegment> segments) throws IOException {
        Path manifest = snapshot.resolve("segments.manifest");
        List<String> lines = segments.stream()
                .filter(segment -> segment.liveBytes() > 0)
                .map(segment -> segment.firstIndex() + " " + segment.lastIndex() + " " + segment.liveBytes())
                .toList();
        Files.write(manifest, lines);
        force(manifest, StandardOpenOption.WRITE);
        return manifest;
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    /** Forces every file and folder below one; returns the files' names relative to it. */
    static List<String> forceAll(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.toList();
        }
        for (Path path : all) {
            force(path, Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE);
        }
        return all.stream()
                .filter(Files::isRegularFile)
                .map(file -> folder.relativize(file).toString())
                .toList();
    }
}
