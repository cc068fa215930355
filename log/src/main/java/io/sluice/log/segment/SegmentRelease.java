package io.sluice.log.segment;

import io.sluice.log.spi.FileLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Releases segments that nothing needs: sealed, dead, and below the range's start as it is on disk.
 *
 * <p>A file goes back to the pool when nothing else has a name for it, else only its name goes ({@link SnapshotSegments} says why).
 * *Confined to:* any thread (synchronized).
 */
final class SegmentRelease {
    private final FileLayer files;
    private final Path directory;
    private final SegmentList segments;
    private final IndexRange range;
    private final SegmentPool pool;
    private final SnapshotSegments shared;
    /** Sizes of files, by generation, that only a snapshot has left. */
    private final Map<Long, Integer> leftToSnapshots = new HashMap<>();

    private volatile long leftBytes;

    SegmentRelease(
            FileLayer files,
            Path directory,
            SegmentList segments,
            IndexRange range,
            SegmentPool pool,
            SnapshotSegments shared) {
        this.files = files;
        this.directory = directory;
        this.segments = segments;
        this.range = range;
        this.pool = pool;
        this.shared = shared;
    }

    synchronized void run() throws IOException {
        range.save();
        List<Segment> unused = unused(range.savedFirst());
        if (!unused.isEmpty()) {
            shared.forceSnapshotNames();
        }
        for (Segment segment : unused) {
            segment.retire();
            release(segment);
        }
        countLeft();
    }

    private void release(Segment segment) throws IOException {
        boolean installed = segment.isInstalled();
        boolean linked = shared.areLinked(segment.header.generation());
        boolean shares = linked || installed || shared.isInstalledToo(segment);
        segments.remove(segment::equals);
        if (!shares) {
            pool.give(segment.path);
            return;
        }
        files.delete(segment.path);
        files.forceDirectory(directory);
        if (linked) {
            leftToSnapshots.put(segment.header.generation(), segment.header.sizeBytes());
        }
    }

    private void countLeft() throws IOException {
        long bytes = 0;
        for (Iterator<Map.Entry<Long, Integer>> left =
                        leftToSnapshots.entrySet().iterator();
                left.hasNext(); ) {
            Map.Entry<Long, Integer> file = left.next();
            if (shared.areLinked(file.getKey())) {
                bytes += file.getValue();
            } else {
                left.remove();
            }
        }
        leftBytes = bytes;
    }

    /** Takes over a snapshot's segments, with nothing released meanwhile. */
    synchronized void adopt(List<LinkedSegment> linked, Path folder) throws IOException {
        shared.adopt(linked, folder);
    }

    void markDead(Set<String> names) {
        segments.all().stream()
                .filter(segment -> names.contains(segment.name()))
                .forEach(segment -> segment.setDead(true));
    }

    /** What a snapshot's segments supersede is dead, and what consensus has let go of counts within the bounds that the snapshot gives it. */
    synchronized void keepOnly(List<LinkedSegment> linked, long index) {
        Map<Long, Long> lastByGeneration = new HashMap<>();
        linked.forEach(segment -> lastByGeneration.put(segment.generation(), segment.lastIndex()));
        for (Segment segment : segments.all()) {
            long last = segment.offsets().last();
            Long lastKept = lastByGeneration.get(segment.header.generation());
            if (!segment.isSealed() || last > index) {
                continue;
            }
            if (lastKept == null) {
                segment.setDead(true);
            } else if (last < range.first()) {
                segment.offsets().cut(lastKept);
            }
        }
    }

    /** Bytes of files that only snapshots have left, as of the last release. */
    long leftBytes() {
        return leftBytes;
    }

    /** An empty segment may still say that something in an earlier one was cut off: it goes only when there is no earlier one. */
    private List<Segment> unused(long firstNeeded) {
        List<Segment> unused = new ArrayList<>();
        boolean earlierKept = false;
        for (Segment segment : segments.all()) {
            boolean empty = segment.offsets().isEmpty();
            boolean past = segment.isDead() && segment.offsets().last() < firstNeeded;
            if (segment.isInstalled()) {
                if (past) {
                    unused.add(segment);
                }
            } else if (segment.isSealed() && (empty ? !earlierKept : past)) {
                unused.add(segment);
            } else {
                earlierKept = true;
            }
        }
        return unused;
    }
}
