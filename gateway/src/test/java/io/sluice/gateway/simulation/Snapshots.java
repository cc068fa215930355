package io.sluice.gateway.simulation;

import io.sluice.log.api.LogStateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Pictures of the machine's state by log index; those that several replicas take at one index must be equal to the byte. */
final class Snapshots {
    private final World world;
    private final Path folder;
    private final TreeMap<Long, Path> byIndex = new TreeMap<>();
    private long count;

    Snapshots(World world, Path folder) {
        this.world = world;
        this.folder = folder;
    }

    void take(String replica, long index, LogStateMachine machine) {
        Path taken = folder.resolve(index + "-" + count++);
        try {
            Files.createDirectories(taken);
            machine.capture().write(taken, bytes -> {});
            Path other = byIndex.putIfAbsent(index, taken);
            if (other != null && !Arrays.equals(bytes(taken), bytes(other))) {
                world.violation("state of " + replica + " at entry " + index + " differs from another replica's");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 0 if there is none. */
    long newestUpTo(long index) {
        Map.Entry<Long, Path> newest = byIndex.floorEntry(index);
        return newest == null ? 0 : newest.getKey();
    }

    void restore(long index, LogStateMachine machine) {
        try {
            machine.restore(byIndex.get(index));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return Files.readAllBytes(files.findFirst().orElseThrow());
        }
    }
}
