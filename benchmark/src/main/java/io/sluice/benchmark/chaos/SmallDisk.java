package io.sluice.benchmark.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of its own for one node's data, small enough to be filled. It keeps data over the death of a process, in memory. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 20;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** @throws IOException saying why it can't be made here */
    static SmallDisk mount(Path folder, int megabytes) throws IOException {
        Files.createDirectories(folder);
        Commands.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "sluice-chaos", folder.toString());
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    void copyTo(Path kept) throws IOException {
        Commands.run("cp", "-a", folder.toString(), kept.toString());
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    /** Fills it until so many bytes are left. */
    void fill(long leftBytes) throws IOException {
        FileStore store = Files.getFileStore(folder);
        byte[] block = new byte[BLOCK_BYTES];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            long spare = store.getUsableSpace() - leftBytes;
            while (spare > 0) {
                out.write(block, 0, (int) Math.min(block.length, spare));
                spare = store.getUsableSpace() - leftBytes;
            }
        } catch (IOException full) {
            if (store.getUsableSpace() > leftBytes + BLOCK_BYTES) {
                throw full;
            }
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    @Override
    public void close() {
        // Nothing on it is wanted any more, nor does it matter whether somebody still looks into it.
        List<String> unused = Commands.tryAll(List.<String[]>of(new String[] {"umount", "-l", folder.toString()}));
    }
}
