package io.sluice.log.spi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that loses, at {@link #crash}, what was not forced: of each file any subset of the sectors written since its last force
 * survives, of the names any prefix of the changes since their folder was forced.
 *
 * <p>*Confined to:* any thread (synchronized).
 */
public final class CrashFiles implements FileLayer {
    private static final int SECTOR_BYTES = 512;

    private final Random random;
    private final Map<Path, Content> names = new HashMap<>();
    private final Map<Path, Content> durableNames = new HashMap<>();
    private final List<NameChange> pending = new ArrayList<>();
    private boolean ignoreForce;
    private boolean ignoreForceDirectory;
    private long changesUntilCrash = Long.MAX_VALUE;
    private int life;

    public CrashFiles(long seed) {
        this.random = new Random(seed);
    }

    /** From now on a force of a file does nothing: what a missing call would do. */
    public synchronized void ignoreForce() {
        ignoreForce = true;
    }

    public synchronized void ignoreForceDirectory() {
        ignoreForceDirectory = true;
    }

    /** The power fails at the n-th change from now: it and everything after it throws. */
    public synchronized void crashAfter(long changes) {
        changesUntilCrash = changes;
    }

    public synchronized boolean isCrashed() {
        return changesUntilCrash <= 0;
    }

    /** Loses what was not forced; handles from before are dead, new ones work. */
    public synchronized void crash() {
        int keep = pending.isEmpty() ? 0 : random.nextInt(pending.size() + 1);
        pending.subList(0, keep).forEach(change -> change.applyTo(durableNames));
        pending.clear();
        names.clear();
        names.putAll(durableNames);
        names.values().forEach(content -> content.crash(random));
        changesUntilCrash = Long.MAX_VALUE;
        life++;
    }

    /** Changes one byte on the disk itself. */
    public synchronized void rot(Path file, long offset) {
        content(file).rot((int) offset);
    }

    private void change() throws IOException {
        if (changesUntilCrash <= 0 || --changesUntilCrash <= 0) {
            throw new IOException("the power has failed");
        }
    }

    private Content content(Path file) {
        Content content = names.get(file);
        if (content == null) {
            throw new IllegalStateException("no file " + file);
        }
        return content;
    }

    @Override
    public synchronized LogFile open(Path file, boolean writable) throws IOException {
        if (!names.containsKey(file)) {
            throw new java.nio.file.NoSuchFileException(file.toString());
        }
        return new Handle(names.get(file));
    }

    @Override
    public synchronized LogFile create(Path file) throws IOException {
        Content content = new Content();
        name(file, content);
        return new Handle(content);
    }

    private void name(Path file, @Nullable Content content) throws IOException {
        change();
        NameChange change = new NameChange(List.of(file), content);
        change.applyTo(names);
        pending.add(change);
    }

    @Override
    public synchronized boolean exists(Path file) {
        return names.containsKey(file);
    }

    @Override
    public synchronized long sizeBytes(Path file) {
        return content(file).size;
    }

    @Override
    public synchronized List<String> list(Path directory) {
        return names.keySet().stream()
                .filter(file -> file.startsWith(directory) && !file.equals(directory))
                .map(file -> String.valueOf(file.getName(directory.getNameCount())))
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public void createDirectories(Path directory) {
        // Folders are there as soon as a name is in them.
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        change();
        NameChange change = new NameChange(List.of(to, from), content(from));
        change.applyTo(names);
        pending.add(change);
    }

    @Override
    public synchronized void link(Path existing, Path link) throws IOException {
        name(link, content(existing));
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        name(file, null);
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        change();
        if (!ignoreForceDirectory) {
            pending.forEach(change -> change.applyTo(durableNames));
            pending.clear();
        }
    }

    @Override
    public long freeBytes(Path directory) {
        return Long.MAX_VALUE;
    }

    @Override
    public Closeable lock(Path directory) {
        return () -> {};
    }

    /** The first path gets the content, the others lose their name; null content: the first loses it too. */
    private record NameChange(List<Path> paths, @Nullable Content content) {
        void applyTo(Map<Path, Content> target) {
            paths.forEach(target::remove);
            if (content != null) {
                target.put(paths.get(0), content);
            }
        }
    }

    /** Bytes of a file: as written and as on the disk. */
    private static final class Content {
        private byte[] written = new byte[0];
        private byte[] durable = new byte[0];
        private int size;
        private int durableSize;
        private final BitSet dirty = new BitSet();

        void write(ByteBuffer source, int offset) {
            int end = offset + source.remaining();
            if (end > written.length) {
                written = Arrays.copyOf(written, Math.max(end, written.length * 2));
            }
            dirty.set(offset / SECTOR_BYTES, (end + SECTOR_BYTES - 1) / SECTOR_BYTES);
            source.get(written, offset, end - offset);
            size = Math.max(size, end);
        }

        void force() {
            dirty.stream().forEach(this::persist);
            dirty.clear();
            durableSize = size;
        }

        private void persist(int sector) {
            int from = sector * SECTOR_BYTES;
            int to = Math.min(from + SECTOR_BYTES, size);
            if (durable.length < written.length) {
                durable = Arrays.copyOf(durable, written.length);
            }
            System.arraycopy(written, from, durable, from, to - from);
            durableSize = Math.max(durableSize, to);
        }

        void crash(Random random) {
            int percent = new int[] {0, 50, 95, 100}[random.nextInt(4)];
            dirty.stream().filter(sector -> random.nextInt(100) < percent).forEach(this::persist);
            dirty.clear();
            written = Arrays.copyOf(durable, Math.max(durable.length, durableSize));
            size = durableSize;
        }

        void rot(int offset) {
            written[offset] ^= 0x10;
            durable[offset] ^= 0x10;
        }
    }

    /** An open file of one life. */
    private final class Handle implements LogFile {
        private final Content content;
        private final int born = life;

        Handle(Content content) {
            this.content = content;
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            synchronized (CrashFiles.this) {
                alive();
                int count = (int) Math.max(0, Math.min(target.remaining(), content.size - offset));
                target.put(content.written, (int) offset, count);
                return count;
            }
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            synchronized (CrashFiles.this) {
                alive();
                if (changesUntilCrash == 1 && source.hasRemaining()) {
                    // The power fails while this is written.
                    source.limit(source.position() + random.nextInt(source.remaining()) + 1);
                    content.write(source, (int) offset);
                }
                change();
                content.write(source, (int) offset);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (CrashFiles.this) {
                alive();
                change();
                if (!ignoreForce) {
                    content.force();
                }
            }
        }

        private void alive() throws IOException {
            if (born != life) {
                throw new IOException("opened before the crash");
            }
        }

        @Override
        public void close() {}
    }
}
