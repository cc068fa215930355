package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log's entries in segment files, found by index.
 *
 * <p>The <em>range</em> {@code [firstIndex, lastIndex]} is what consensus still needs; entries below it stay readable as long as their segment
 * is kept. A segment goes back to the pool only when it is sealed, wholly below the range (durably so) and marked dead, which its owner
 * does when no durable state refers to it ({@link #markDead}).
 *
 * <p>*Invariants:* what {@link #append} returned for is on disk; after one failed write or force every later change fails with the same
 * cause. *Confined to:* changes from one thread at a time (synchronized), reads from any.
 */
public final class SegmentStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);
    private static final int STAGING_BYTES = 1 << 20;
    private static final int FORWARD_READ_BYTES = 1 << 20;
    private static final int RANDOM_READ_BYTES = OffsetIndex.STRIDE_BYTES + RecordCodec.HEADER_BYTES;

    private final FileLayer files;
    private final Path directory;
    private final SegmentOptions options;
    private final SegmentPool pool;
    private final SegmentList segments;
    private final IndexRange range;
    private final TailCache cache;
    private final Maintenance maintenance;
    private final SnapshotSegments shared;
    private final SegmentRelease release;
    private final SecureRandom generations = new SecureRandom();
    private final ByteBuffer staging;
    private final ReadWindow forward = new ReadWindow(FORWARD_READ_BYTES);
    private @Nullable SegmentWriter writer;
    private @Nullable IOException failure;
    private long nextSequence;
    private volatile long appendedBytes;

    private SegmentStore(FileLayer files, Path directory, SegmentOptions options, Maintenance maintenance) {
        this.files = files;
        this.directory = directory;
        this.options = options;
        this.pool = new SegmentPool(files, directory, options);
        this.segments = new SegmentList();
        this.range = new IndexRange(new SmallFile(files, directory.resolve("range")));
        this.cache = new TailCache(options.tailCacheBytes());
        this.maintenance = maintenance;
        this.shared = new SnapshotSegments(files, directory, segments);
        this.release = new SegmentRelease(files, directory, segments, range, pool, shared);
        this.staging = ByteBuffer.allocateDirect(Math.min(STAGING_BYTES, options.segmentBytes()));
    }

    /**
     * Opens and recovers.
     *
     * @param onFailure told, on another thread, when work in the background failed
     * @throws io.sluice.log.api.DamagedLogException when something that had been forced is not there as written
     */
    public static SegmentStore open(
            FileLayer files, Path directory, SegmentOptions options, Consumer<Throwable> onFailure) throws IOException {
        Maintenance maintenance = new Maintenance(directory, onFailure, Maintenance.newThread(directory));
        return open(files, directory, options, maintenance);
    }

    /** With background work run as the caller says: a test wants the same order each time. */
    static SegmentStore open(FileLayer files, Path directory, SegmentOptions options, Maintenance maintenance)
            throws IOException {
        SegmentStore store = new SegmentStore(files, directory, options, maintenance);
        try {
            store.recover();
        } catch (IOException | RuntimeException e) {
            store.closeFiles();
            store.maintenance.close();
            throw e;
        }
        return store;
    }

    private void recover() throws IOException {
        files.createDirectories(directory);
        pool.adopt(files.list(directory));
        shared.recover();
        SegmentRecovery recovery = new SegmentRecovery(files, directory, segments, staging);
        writer = recovery.run();
        nextSequence = recovery.nextSequence();
        range.recover(segments, recovery.resetTo());
        maintenance.run(this::prepareSpare);
    }

    public long firstIndex() {
        return range.first();
    }

    public long lastIndex() {
        return range.last();
    }

    /** Appends entries that follow each other and the last one; they are on disk when this returns. */
    public synchronized void append(List<LogRecord> records) throws IOException {
        change(() -> {
            long last = range.last();
            for (LogRecord record : records) {
                if (record.index() != last + 1) {
                    throw new IllegalArgumentException(
                            "entry " + record.index() + " does not follow " + last + " in " + directory);
                }
                writerFor(record.body().remaining()).put(record);
                cache.add(record);
                last = record.index();
                appendedBytes += record.body().remaining() + RecordCodec.HEADER_BYTES;
            }
            if (writer != null) {
                writer.force();
            }
            // Whoever asks for the last entry relies on it being on disk.
            range.setLast(last);
        });
    }

    private SegmentWriter writerFor(int bodyLength) throws IOException {
        if (bodyLength > options.maxBodyBytes()) {
            throw new IllegalArgumentException("entry of " + bodyLength + " bytes; a segment takes at most "
                    + options.maxBodyBytes() + ": raise log.segmentBytes");
        }
        SegmentWriter current = writer;
        if (current != null && current.fits(bodyLength)) {
            return current;
        }
        if (current != null) {
            current.seal();
        }
        writer = startSegment();
        maintenance.run(this::prepareSpare);
        return writer;
    }

    private SegmentWriter startSegment() throws IOException {
        Path spare = pool.take();
        SegmentHeader header = new SegmentHeader(nextSequence++, generations.nextLong(), options.segmentBytes());
        try (LogFile file = files.open(spare, true)) {
            header.write(file);
            file.force();
        }
        Path path = directory.resolve(SegmentRecovery.fileName(header.sequence()));
        files.rename(spare, path);
        files.forceDirectory(directory);
        Segment segment = new Segment(path, header, files.open(path, true), new SegmentContent());
        segments.add(segment);
        return new SegmentWriter(segment, staging, SegmentHeader.BYTES, 0);
    }

    /** Takes entries above an index out of the log; durable when this returns. */
    public synchronized void truncateSuffix(long lastKept) throws IOException {
        if (lastKept >= range.last()) {
            return;
        }
        change(() -> {
            mark(RecordType.TRUNCATE, lastKept, 0);
            segments.cut(lastKept);
            cache.cut(lastKept);
            range.setLast(lastKept);
        });
    }

    /** Moves the range's start; what lies below stays readable until its segment is released. */
    public synchronized void truncatePrefix(long firstKept) throws IOException {
        if (firstKept <= range.first()) {
            return;
        }
        boolean emptied = firstKept > range.last();
        range.setFirst(firstKept);
        if (emptied) {
            change(() -> {
                sealActive();
                range.save();
            });
        }
        maintenance.run(release::run);
    }

    /**
     * The log goes on at an index: its range becomes empty.
     *
     * @param lastKept entries above it, which may contradict the log that we now follow, are no longer readable
     */
    public synchronized void reset(long nextIndex, long lastKept) throws IOException {
        change(() -> {
            mark(RecordType.RESET, nextIndex, Math.min(lastKept, nextIndex - 1));
            segments.cut(Math.min(lastKept, nextIndex - 1));
            cache.cut(Math.min(lastKept, nextIndex - 1));
            sealActive();
            range.setFirst(nextIndex);
            range.setLast(nextIndex - 1);
            range.save();
        });
    }

    /** Before the log goes on at a later index: a segment never holds a gap, so that its bounds tell what it holds. */
    private void sealActive() throws IOException {
        if (writer != null && !writer.segment().offsets().isEmpty()) {
            writer.seal();
            writer = null;
        }
    }

    private void mark(RecordType type, long index, long term) throws IOException {
        SegmentWriter target = writerFor(0);
        target.put(new LogRecord(index, term, type, ByteBuffer.allocate(0)));
        target.force();
    }

    /** An entry that is held, in the range or below it, or null. */
    public @Nullable LogRecord read(long index) throws IOException {
        LogRecord cached = cache.get(index);
        return cached != null ? cached : read(index, new ReadWindow(RANDOM_READ_BYTES));
    }

    /** Like {@link #read}, reading ahead: for who reads entry after entry. */
    public @Nullable LogRecord readForward(long index) throws IOException {
        LogRecord cached = cache.get(index);
        if (cached != null) {
            return cached;
        }
        synchronized (forward) {
            return read(index, forward);
        }
    }

    private @Nullable LogRecord read(long index, ReadWindow window) throws IOException {
        Segment segment = segments.find(index);
        return segment == null ? null : segment.read(index, window);
    }

    public @Nullable LogRecord cached(long index) {
        return cache.get(index);
    }

    /** Indexes of the configuration entries in the range, rising. */
    public List<Long> configurations() {
        List<Long> found = new ArrayList<>();
        for (Segment segment : segments.own()) {
            segment.offsets().configurations().stream()
                    .filter(index -> index >= range.first())
                    .forEach(found::add);
        }
        return found;
    }

    /** The sealed segments that are not dead, oldest first. */
    public List<SegmentInfo> sealed() {
        return segments.all().stream()
                .filter(segment -> segment.isSealed() && !segment.isDead())
                .map(SegmentInfo::of)
                .toList();
    }

    /** Every segment, the one being written too, that holds entries up to an index: only those count. */
    public List<SegmentInfo> upTo(long index) {
        return segments.all().stream()
                .filter(segment -> !segment.isDead())
                .map(segment -> SegmentInfo.of(segment).upTo(index))
                .filter(segment -> segment.firstIndex() <= segment.lastIndex())
                .toList();
    }

    /** Links a segment's file into a snapshot's folder, after sealing it if it is being written. */
    public void link(String name, Path link) throws IOException {
        Segment segment = segments.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("segment " + name + " of " + directory + " is gone"));
        synchronized (this) {
            if (writer != null && writer.segment() == segment) {
                change(this::sealActive);
            }
        }
        segment.linkTo(files, link);
    }

    /** Makes a snapshot's segments, in a folder, part of this store; entries in them are readable and durable when this returns. */
    public void adopt(List<LinkedSegment> linked, Path folder) throws IOException {
        release.adopt(linked, folder);
    }

    /**
     * Puts a record right in place that was found damaged, here or in a snapshot's segments; blocks while others are asked.
     *
     * @return whether reading on makes sense
     */
    public boolean repair(DamagedLogException damage, RecordSource source) throws IOException {
        Path path = Path.of(damage.file());
        for (Segment segment : segments.all()) {
            if (segment.path.equals(path)) {
                return segment.repair(files, damage.offsetBytes(), source);
            }
        }
        return RecordRepair.repairClosed(files, damage, source);
    }

    /** Says that no durable state refers to these segments, now or ever again; they are released once the range is past them. */
    public void markDead(Collection<String> names) {
        release.markDead(Set.copyOf(names));
        maintenance.run(release::run);
    }

    /** Of all sealed segments that end at or below an index only these, a durable snapshot's, count from now on: others may contradict it. */
    public void keepOnly(List<LinkedSegment> linked, long index) {
        release.keepOnly(linked, index);
        maintenance.run(release::run);
    }

    /** Not being able to have a spare ready is no failure yet: the append that needs one will say so. */
    private void prepareSpare() {
        try {
            pool.prepare();
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage(), e);
        }
    }

    /** Completes when the background work handed over so far is done. */
    public void awaitMaintenance() {
        maintenance.await();
    }

    /** Bytes appended since the store was opened. */
    public long appendedBytes() {
        return appendedBytes;
    }

    public int segmentCount() {
        return segments.all().size();
    }

    public int spareCount() {
        return pool.count();
    }

    /** Each file once, however many names it has; files that only a snapshot has left as of the last release. */
    public long diskBytes() {
        Map<Long, Integer> sizes = new HashMap<>();
        segments.all().forEach(segment -> sizes.put(segment.header.generation(), segment.header.sizeBytes()));
        long used = sizes.values().stream().mapToLong(Integer::longValue).sum();
        return used + (long) spareCount() * options.segmentBytes() + release.leftBytes();
    }

    /** Writes a witness that the last batch was forced, and closes. */
    @Override
    public synchronized void close() throws IOException {
        maintenance.close();
        try {
            if (writer != null && failure == null && !writer.segment().offsets().isEmpty()) {
                mark(RecordType.TRUNCATE, range.last(), 0);
            }
        } finally {
            writer = null;
            failure = new IOException("log in " + directory + " is closed");
            closeFiles();
        }
    }

    private void closeFiles() throws IOException {
        for (Segment segment : segments.all()) {
            segment.retire();
        }
    }

    private void change(Change change) throws IOException {
        if (failure != null) {
            throw new IOException("the log in " + directory + " takes nothing after: " + failure.getMessage(), failure);
        }
        try {
            change.run();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Something that alters the files. */
    private interface Change {
        void run() throws IOException;
    }
}
