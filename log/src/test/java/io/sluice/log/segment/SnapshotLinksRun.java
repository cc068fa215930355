package io.sluice.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.spi.CrashFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One seeded life of a store whose entries are pinned and let go, with snapshots that link segments, are kept a while after the next one is taken, and
 * are deleted; and with crashes.
 *
 * <p>Checked at each snapshot and after each crash: what the state pins is readable here, and what a snapshot's state pins is readable in another
 * store that installs it.
 */
final class SnapshotLinksRun {
    private static final Path LOG = Path.of("/log/shard-0");
    private static final Path FOLDER = LOG.resolve("segments");
    private static final Path SNAPSHOTS = LOG.resolve("snapshots");
    private static final Path COPY = Path.of("/copy/shard-0/segments");
    private static final SegmentOptions OPTIONS = new SegmentOptions(16 * 1024, 2, 1);

    private final CrashFiles files;
    private final Random random;
    private final SmallFile current;
    private final TreeMap<Long, byte[]> bodies = new TreeMap<>();
    private final TreeSet<Long> pins = new TreeSet<>();
    private final TreeMap<Long, Snapshot> taken = new TreeMap<>();
    private final TreeSet<Long> onDisk = new TreeSet<>();
    private SegmentStore store;
    int crashes;
    int linked;
    int unlinked;

    /** What was pinned at an index, and the files that hold it. */
    private record Snapshot(long index, TreeSet<Long> pins, List<LinkedSegment> segments) {
        Path folder() {
            return SNAPSHOTS.resolve("snapshot_" + index).resolve(SnapshotSegments.FOLDER);
        }
    }

    SnapshotLinksRun(CrashFiles files, long seed) throws IOException {
        this.files = files;
        this.random = new Random(seed);
        this.current = new SmallFile(files, LOG.resolve("current"));
        this.store = open(FOLDER);
    }

    private SegmentStore open(Path folder) throws IOException {
        return SegmentStore.open(
                files, folder, OPTIONS, new Maintenance(folder, this::backgroundFailed, new DirectExecutor()));
    }

    private void backgroundFailed(Throwable failure) {
        if (!files.isCrashed()) {
            throw new AssertionError("background work failed", failure);
        }
    }

    void run(int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(10) == 0) {
                files.crashAfter(1 + random.nextInt(60));
            }
            try {
                step();
            } catch (IOException e) {
                if (!files.isCrashed()) {
                    throw e;
                }
            }
            if (files.isCrashed()) {
                crashes++;
                files.crash();
                recover();
            }
        }
    }

    private void step() throws IOException {
        switch (random.nextInt(8)) {
            case 0, 1 -> takeSnapshot();
            case 2, 3 -> pins.removeIf(index -> random.nextInt(3) > 0);
            case 4 -> deleteOldSnapshots();
            default -> append();
        }
    }

    private void append() throws IOException {
        List<LogRecord> batch = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            byte[] body = new byte[random.nextInt(2500)];
            random.nextBytes(body);
            long index = store.lastIndex() + 1 + batch.size();
            batch.add(new LogRecord(index, 1, RecordType.DATA, ByteBuffer.wrap(body)));
            bodies.put(index, body);
        }
        store.append(batch);
        batch.forEach(record -> pins.add(record.index()));
    }

    private void takeSnapshot() throws IOException {
        long index = Math.max(1, store.lastIndex() - random.nextInt(6));
        long before = onDisk.isEmpty() ? 0 : onDisk.last();
        if (store.lastIndex() == 0 || index <= before) {
            return;
        }
        Snapshot snapshot = link(index);
        taken.put(index, snapshot);
        current.write(ByteBuffer.allocate(Long.BYTES).putLong(index).flip());
        onDisk.add(index);
        markDead(snapshot);
        int files = store.segmentCount();
        store.truncatePrefix(before + 1);
        unlinked += files - store.segmentCount();
        check();
    }

    private Snapshot link(long index) throws IOException {
        TreeSet<Long> pinned = new TreeSet<>(pins.headSet(index, true));
        List<LinkedSegment> segments = new ArrayList<>();
        Snapshot snapshot = new Snapshot(index, pinned, segments);
        for (SegmentInfo info : store.upTo(index)) {
            if (!pinned.subSet(info.firstIndex(), true, info.lastIndex(), true).isEmpty()) {
                LinkedSegment one = new LinkedSegment(info.generation(), info.firstIndex(), info.lastIndex());
                store.link(info.name(), snapshot.folder().resolve(one.fileName()));
                segments.add(one);
                linked++;
            }
        }
        files.forceDirectory(snapshot.folder());
        return snapshot;
    }

    private void markDead(Snapshot snapshot) {
        store.markDead(store.sealed().stream()
                .filter(info -> info.lastIndex() <= snapshot.index)
                .filter(info -> info.lastIndex() < info.firstIndex()
                        || snapshot.pins
                                .subSet(info.firstIndex(), true, info.lastIndex(), true)
                                .isEmpty())
                .map(SegmentInfo::name)
                .toList());
    }

    private void deleteOldSnapshots() throws IOException {
        while (onDisk.size() > 1) {
            delete(onDisk.first());
            onDisk.remove(onDisk.first());
        }
    }

    private void delete(long index) throws IOException {
        Path folder = SNAPSHOTS.resolve("snapshot_" + index).resolve(SnapshotSegments.FOLDER);
        for (String name : files.list(folder)) {
            files.delete(folder.resolve(name));
        }
    }

    private void recover() throws IOException {
        // A check that the crash broke off left links that no store of this log knows of.
        deleteCopy();
        store = open(FOLDER);
        ByteBuffer newest = current.read();
        long index = newest == null ? 0 : newest.getLong();
        for (String name : files.list(SNAPSHOTS)) {
            long found = Long.parseLong(name.substring("snapshot_".length()));
            if (found != index) {
                delete(found);
            }
        }
        onDisk.clear();
        pins.clear();
        Snapshot snapshot = taken.get(index);
        if (snapshot != null) {
            onDisk.add(index);
            store.adopt(snapshot.segments, snapshot.folder());
            pins.addAll(snapshot.pins);
            markDead(snapshot);
        }
        for (long above = index + 1; above <= store.lastIndex(); above++) {
            pins.add(above);
        }
        check();
    }

    private void check() throws IOException {
        for (long index : pins) {
            check(store, index);
        }
        if (random.nextInt(4) > 0) {
            return;
        }
        for (long index : onDisk) {
            checkInstalled(taken.get(index));
        }
    }

    private void checkInstalled(Snapshot snapshot) throws IOException {
        SegmentStore other = open(COPY);
        other.adopt(snapshot.segments, snapshot.folder());
        other.truncatePrefix(snapshot.index + 1);
        for (long index : snapshot.pins) {
            check(other, index);
        }
        other.close();
        other = open(COPY);
        for (long index : snapshot.pins) {
            check(other, index);
        }
        other.close();
        deleteCopy();
    }

    private void deleteCopy() throws IOException {
        for (String name : files.list(COPY)) {
            files.delete(COPY.resolve(name));
        }
    }

    private void check(SegmentStore from, long index) throws IOException {
        LogRecord found = from.read(index);
        assertThat(found).as("entry %s", index).isNotNull();
        assertThat(found.body()).as("entry %s", index).isEqualTo(ByteBuffer.wrap(bodies.get(index)));
    }
}
