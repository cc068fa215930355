package io.sluice.log.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.LogStateMachine.Capture;
import io.sluice.log.api.LogStateMachine.LivePins;
import io.sluice.log.api.LogStateMachine.WritePace;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.SparseSegment;
import io.sluice.log.segment.LinkedSegment;
import io.sluice.log.segment.SegmentInfo;
import io.sluice.log.segment.SegmentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a log's snapshots, one at a time, and says which segments nothing refers to any more.
 *
 * <p><b>Why releasing a segment is safe at any crash.</b> Which segments are dead is asked on the apply thread at the very index N that the
 * snapshot captures, of segments that end at or below N. They are marked dead only when snapshot N is on disk under its final name.
 * After a crash the state is rebuilt from N or a newer snapshot and the entries above N: the state at N refers to nothing in those segments; an
 * entry above N can refer to what the state refers to, or to itself, so no later state refers to them either ("dead" never ends). And
 * replay needs no entry of them: the store gives a segment away only below the durable start of the Raft range, which JRaft
 * moves after the snapshot is saved, to the snapshot before it. The same holds right after a restore of N.
 * {@link #restore} says why more is dead then.
 *
 * <p>*Confined to:* {@link #save}, {@link #applied}, {@link #restore} on the apply thread; the rest from any.
 */
final class Snapshots implements AutoCloseable {
    static final String STATE_FOLDER = "state";
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final String log;
    private final SegmentStore store;
    private final Repairs repairs;
    private final SnapshotRule rule;
    private final int relocateBelowPercent;
    private final WritePace pace;
    private final ExecutorService thread;
    private volatile Consumer<Closure> starter = done -> done.run(new Status(RaftError.EBUSY, "not started"));
    private volatile List<SparseSegment> sparse = List.of();
    private volatile long snapshotIndex;
    private volatile @Nullable Covered covered;
    private CompletableFuture<Void> newest = CompletableFuture.completedFuture(null);
    private @Nullable Waiting waiting;
    private volatile List<String> deadWhenSaved = List.of();

    Snapshots(
            String log,
            SegmentStore store,
            Repairs repairs,
            SnapshotRule rule,
            int relocateBelowPercent,
            WritePace pace) {
        this.log = log;
        this.store = store;
        this.repairs = repairs;
        this.rule = rule;
        this.pace = pace;
        this.relocateBelowPercent = relocateBelowPercent;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread created = new Thread(task, "log-snapshot-" + log);
            created.setDaemon(true);
            return created;
        });
    }

    /** @param snapshotStarter makes consensus take a snapshot and tell the closure */
    void start(Consumer<Closure> snapshotStarter) {
        starter = snapshotStarter;
    }

    List<SparseSegment> sparse() {
        return sparse;
    }

    long snapshotIndex() {
        return snapshotIndex;
    }

    /** Up to it, whatever a restored state refers to is readable in segments of its snapshot: our own log cannot contradict it. */
    long coveredIndex() {
        Covered now = covered;
        return now == null ? 0 : now.index();
    }

    /** A restored snapshot's segments: up to its index, nothing but them counts. */
    private record Covered(List<LinkedSegment> segments, long index) {}

    /** Counts log bytes towards the next snapshot. */
    void applied(int entryBytes) {
        if (rule.isDueAfter(entryBytes, snapshotIndex)) {
            var unused = take().exceptionally(failure -> {
                LOG.warn("{}: snapshot not taken: {}", log, failure.getMessage());
                return null;
            });
        }
    }

    /** Takes a snapshot after the one that is under way, if any. */
    synchronized CompletableFuture<Void> take() {
        newest = newest.handle((done, failure) -> null).thenCompose(previous -> takeNow());
        return newest;
    }

    private CompletableFuture<Void> takeNow() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        long before = snapshotIndex;
        thread.execute(() -> starter.accept(status -> saved(status, before, future)));
        return future;
    }

    private void saved(Status status, long before, CompletableFuture<Void> future) {
        if (!status.isOk()) {
            future.completeExceptionally(new LogUnavailableException("snapshot of " + log + ": " + status));
            return;
        }
        store.markDead(deadWhenSaved);
        synchronized (this) {
            // JRaft moves the range's start past the snapshot before, on its log thread, after it told us.
            waiting = new Waiting(before, future);
        }
        truncated();
    }

    /** The range's start may have moved. Any thread. */
    void truncated() {
        Covered installed = covered;
        if (installed != null) {
            // Whatever our log held instead of a snapshot's entries is sealed, or cut down to its index, only now.
            store.keepOnly(installed.segments(), installed.index());
        }
        Waiting done;
        synchronized (this) {
            done = waiting;
            if (done == null || (done.before() > 0 && store.firstIndex() <= done.before())) {
                return;
            }
            waiting = null;
        }
        store.awaitMaintenance();
        done.future().complete(null);
    }

    /** A saved snapshot that is complete once the range starts after the one before it. */
    private record Waiting(long before, CompletableFuture<Void> future) {}

    void save(LogStateMachine machine, SnapshotWriter writer, Closure done) {
        long index = writer.getCurrentMeta().getLastIncludedIndex();
        Capture capture = machine.capture();
        List<SegmentInfo> below = sealedBelow(index);
        LivePins pins = machine.livePins();
        List<SparseSegment> live = weigh(pins, below);
        List<String> dead = dead(below, live);
        PinnedSegments pinned = PinnedSegments.at(index, store, pins);
        rule.taken();
        thread.execute(() -> {
            Status status = write(capture, writer, pinned);
            if (status.isOk()) {
                deadWhenSaved = dead;
                publish(live, index);
            }
            done.run(status);
        });
    }

    private Status write(Capture capture, SnapshotWriter writer, PinnedSegments pinned) {
        try {
            Path folder = Path.of(writer.getPath()).resolve(STATE_FOLDER);
            Files.createDirectories(folder);
            capture.write(folder, pace);
            List<String> names = new ArrayList<>(pinned.write(store, Path.of(writer.getPath())));
            SnapshotFiles.forceAll(folder).forEach(name -> names.add(STATE_FOLDER + "/" + name));
            for (String name : names) {
                if (!writer.addFile(name, PinnedSegments.metaOf(name))) {
                    return new Status(RaftError.EIO, "snapshot file %s not taken", name);
                }
            }
            return Status.OK();
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: snapshot not written", log, e);
            return new Status(RaftError.EIO, "snapshot of %s: %s", log, e.getMessage());
        }
    }

    /**
     * Replaces the machine's state by a durable snapshot's, taken here or installed by the leader.
     *
     * <p>The snapshot's segments hold everything that its state refers to; those that are not here yet become ours. So whatever ends at or below its
     * index and is not one of them is dead, even where the state refers to the same entries: our log may have held other ones at these indexes. Once consensus has
     * let go of our log, that goes for the segment too that was being written ({@link #truncated}).
     */
    void restore(LogStateMachine machine, Path snapshot, long index) throws IOException {
        List<LinkedSegment> linked = PinnedSegments.read(snapshot);
        if (linked != null) {
            repairs.reading(store, () -> {
                store.adopt(linked, snapshot.resolve(PinnedSegments.FOLDER));
                return true;
            });
        }
        // The log below it goes next: one that was copied from the leader has to be on disk, names too.
        SnapshotFiles.forceAll(snapshot);
        machine.restore(snapshot.resolve(STATE_FOLDER));
        if (linked != null) {
            covered = new Covered(linked, index);
            store.keepOnly(linked, index);
        }
        List<SegmentInfo> below = sealedBelow(index);
        List<SparseSegment> live = weigh(machine.livePins(), below);
        publish(live, index);
        store.markDead(dead(below, live));
    }

    private List<SegmentInfo> sealedBelow(long index) {
        return store.sealed().stream()
                .filter(segment -> segment.lastIndex() <= index)
                .toList();
    }

    private static List<SparseSegment> weigh(LivePins pins, List<SegmentInfo> segments) {
        List<SparseSegment> weighed = new ArrayList<>(segments.size());
        for (SegmentInfo segment : segments) {
            long bytes = segment.lastIndex() < segment.firstIndex()
                    ? 0
                    : pins.liveBytes(segment.firstIndex(), segment.lastIndex());
            weighed.add(new SparseSegment(segment.firstIndex(), segment.lastIndex(), bytes, segment.sizeBytes()));
        }
        return weighed;
    }

    private static List<String> dead(List<SegmentInfo> segments, List<SparseSegment> live) {
        List<String> dead = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            if (live.get(i).liveBytes() == 0) {
                dead.add(segments.get(i).name());
            }
        }
        return dead;
    }

    private void publish(List<SparseSegment> live, long index) {
        snapshotIndex = index;
        sparse = live.stream()
                .filter(segment -> segment.liveBytes() > 0 && segment.livePercent() < relocateBelowPercent)
                .sorted(Comparator.comparingLong(SparseSegment::liveBytes))
                .toList();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
