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

    /** Forces every file and folder below one; returns the files' names relative to it. */
    static List<String> forceAll(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.toList();
        }
        for (Path path : all) {
            boolean directory = Files.isDirectory(path);
            try (FileChannel channel =
                    FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        return all.stream()
                .filter(Files::isRegularFile)
                .map(file -> folder.relativize(file).toString())
                .toList();
    }
}
