package io.sluice.log.raft;

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

    /** Forces a file or a folder. */
    static void force(Path path) throws IOException {
        StandardOpenOption option = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
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
            force(path);
        }
        return all.stream()
                .filter(Files::isRegularFile)
                .map(file -> folder.relativize(file).toString())
                .toList();
    }
}
