package io.sluice.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's own limits, measured in the same run as what stands beside them. */
final class RawLimits {
    private static final long BYTES = 256L << 20;
    private static final int BATCH_BYTES = 256 << 10;

    private RawLimits() {}

    static void add(Medians medians, Path folder, int sizeBytes) throws IOException {
        Files.createDirectories(folder);
        RawDisk.Rate disk = RawDisk.append(folder, BYTES, BATCH_BYTES);
        medians.add("raw: append + force of 256 kB batches", disk.bytesPerSecond(), Medians::megabytes);
        medians.add("raw: the same as messages", disk.bytesPerSecond() / sizeBytes, Medians::rate);
        double echo = RawLoopback.echoBytesPerSecond(BYTES, 64 << 10);
        medians.add("raw: loopback echo in 64 kB chunks", echo, Medians::megabytes);
        medians.add("raw: the same as messages there and back", echo / sizeBytes, Medians::rate);
    }

    static void addSmall(Medians medians, Path folder, int sizeBytes) throws IOException {
        Files.createDirectories(folder);
        RawDisk.Rate disk = RawDisk.append(folder, 2_000L * sizeBytes, sizeBytes);
        medians.add("raw: one append + force of " + sizeBytes + " B", 1e9 / disk.forcesPerSecond(), Medians::millis);
    }
}
