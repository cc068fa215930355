package io.sluice.app;

import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The folder of everything a node keeps: locked while the node runs, and bound to one node of one cluster.
 *
 * <p><em>Invariants:</em> one process at a time; the boot number grows with each start and is on disk before anything uses it. It begins at the seconds since 2026,
 * not at 1: the node may have had another folder, and shards take nothing from a boot that another one follows.
 */
final class DataFolder implements AutoCloseable {
    private static final String FORMAT = "1";
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final Path path;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final int boot;

    private DataFolder(Path path, FileChannel lockFile, FileLock lock, int boot) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
        this.boot = boot;
    }

    /**
     * Opens or makes the folder and counts the boot number up.
     *
     * @throws StartRefused when another process holds it, or it belongs to another node or cluster
     */
    static DataFolder open(Path path, String nodeId, String cluster) throws StartRefused {
        try {
            Files.createDirectories(path);
            FileChannel lockFile =
                    FileChannel.open(path.resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(lockFile);
            if (lock == null) {
                lockFile.close();
                throw new StartRefused("another node runs on the data folder " + path.toAbsolutePath()
                        + "; stop it, or give this one a folder of its own (--data)");
            }
            try {
                return new DataFolder(path, lockFile, lock, nextBoot(path, nodeId, cluster));
            } catch (IOException | StartRefused e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StartRefused("the data folder " + path.toAbsolutePath() + " can't be used: " + e);
        }
    }

    /** Whether a node runs on the folder now. */
    static boolean isInUse(Path path) throws StartRefused {
        Path file = path.resolve("node.lock");
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel lockFile = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = tryLock(lockFile)) {
            return lock == null;
        } catch (IOException e) {
            throw new StartRefused("can't tell whether a node runs on " + path + ": " + e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static int nextBoot(Path path, String nodeId, String cluster) throws IOException, StartRefused {
        Path file = path.resolve("node.properties");
        Properties identity = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                identity.load(reader);
            }
            require(path, "format", FORMAT, identity, "this release reads format " + FORMAT);
            require(path, "node", nodeId, identity, "set node.id to it, or give this node a folder of its own");
            require(path, "cluster", cluster, identity, "set cluster.name to it, or use another folder");
        }
        String before = identity.getProperty("boot");
        int boot = before == null ? firstBoot() : Integer.parseInt(before) + 1;
        DurableFile.write(file, "format=%s%nnode=%s%ncluster=%s%nboot=%d%n".formatted(FORMAT, nodeId, cluster, boot));
        return boot;
    }

    private static int firstBoot() {
        return (int) Math.max(1, Duration.between(EPOCH, Instant.now()).toSeconds());
    }

    private static void require(Path path, String key, String wanted, Properties identity, String remedy)
            throws StartRefused {
        String found = identity.getProperty(key, "");
        if (!found.equals(wanted)) {
            throw new StartRefused("the data folder " + path.toAbsolutePath() + " belongs to " + key + " \"" + found
                    + "\", not \"" + wanted + "\": " + remedy);
        }
    }

    Path path() {
        return path;
    }

    /** Higher than that of any start before, on a folder before this one too. */
    int boot() {
        return boot;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
