package io.sluice.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the machine's disk can do at most: one file, one write and one force per batch, nothing else. */
final class RawDisk {
    private static final long FILE_BYTES = 64L << 20;

    private RawDisk() {}

    /** The result of one run: bytes forced to disk per second, and forces per second. */
    record Rate(double bytesPerSecond, double forcesPerSecond) {}

    /** Writes {@code totalBytes} in batches of {@code batchBytes}, going round in a file that was written before (as a log reuses its segments). */
    static Rate append(Path folder, long totalBytes, int batchBytes) throws IOException {
        Path file = Files.createTempFile(folder, "raw-", ".bin");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer batch = ByteBuffer.allocateDirect(batchBytes);
            fill(channel, batch);
            long startNs = System.nanoTime();
            long forces = 0;
            for (long written = 0; written < totalBytes; written += batchBytes) {
                channel.write(batch.clear(), written % (FILE_BYTES - batchBytes));
                channel.force(false);
                forces++;
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            return new Rate(forces * (double) batchBytes / seconds, forces / seconds);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void fill(FileChannel channel, ByteBuffer batch) throws IOException {
        for (long at = 0; at < FILE_BYTES; at += batch.capacity()) {
            channel.write(batch.clear(), at);
        }
        channel.force(true);
    }
}
