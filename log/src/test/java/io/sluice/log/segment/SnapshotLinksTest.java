package io.sluice.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.spi.CrashFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SnapshotLinksTest {
    private static final Path LOG = Path.of("/log/shard-0");
    private static final SegmentOptions OPTIONS = new SegmentOptions(16 * 1024, 2, 1);

    private final CrashFiles files = new CrashFiles(3);

    private SegmentStore open(Path log) throws IOException {
        Path folder = log.resolve("segments");
        return SegmentStore.open(files, folder, OPTIONS, new Maintenance(folder, failure -> {}, new DirectExecutor()));
    }

    private static void append(SegmentStore store, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            long index = store.lastIndex() + 1;
            byte[] body = {(byte) index, 1, 2};
            store.append(List.of(new LogRecord(index, 1, RecordType.DATA, ByteBuffer.wrap(body))));
        }
    }

    private static Path link(SegmentStore store, SegmentInfo segment) throws IOException {
        Path folder = LOG.resolve("snapshots/snapshot_9/segments");
        store.link(segment.name(), folder.resolve(LinkedSegment.fileName(segment.generation())));
        return folder;
    }

    @Test
    void losesAndAltersNothingPinnedOverSnapshotsReleasesAndCrashes() {
        int crashes = 0;
        int linked = 0;
        int unlinked = 0;
        long start = Long.getLong("sluice.test.seed", 1);
        for (long seed = start; seed < start + Integer.getInteger("sluice.test.seeds", 60); seed++) {
            try {
                SnapshotLinksRun run = new SnapshotLinksRun(new CrashFiles(seed), seed);
                run.run(300);
                crashes += run.crashes;
                linked += run.linked;
                unlinked += run.unlinked;
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + " (-Dsluice.test.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
        assertThat(crashes).isGreaterThan(500);
        assertThat(linked).isGreaterThan(1000);
        assertThat(unlinked).isGreaterThan(500);
    }

    @Test
    void installsOnlyTheEntriesUpToTheSnapshotsIndex() throws IOException {
        SegmentStore store = open(LOG);
        append(store, 9);
        SegmentInfo segment = store.upTo(6).get(0);
        assertThat(segment.lastIndex()).isEqualTo(6);
        Path folder = link(store, segment);
        append(store, 3);
        assertThat(store.segmentCount()).isEqualTo(2);

        SegmentStore other = open(Path.of("/other"));
        other.adopt(List.of(new LinkedSegment(segment.generation(), 1, 6)), folder);
        other.truncatePrefix(7);
        assertThat(other.read(6).body().get(0)).isEqualTo((byte) 6);
        assertThat(other.read(7)).isNull();
        append(other, 1);
        assertThat(other.read(7).body().remaining()).isEqualTo(3);
        other.close();
        SegmentStore again = open(Path.of("/other"));
        assertThat(again.lastIndex()).isEqualTo(7);
        assertThat(again.read(6).body().get(0)).isEqualTo((byte) 6);
        assertThat(again.read(7)).isNotNull();
    }

    @Test
    void countsAFileOnceAndDeletesItsNameInsteadOfRecyclingIt() throws IOException {
        SegmentStore store = open(LOG);
        append(store, 5);
        SegmentInfo segment = store.upTo(5).get(0);
        Path folder = link(store, segment);
        append(store, 1);
        long before = store.diskBytes();
        int spares = store.spareCount();
        store.adopt(List.of(new LinkedSegment(segment.generation(), 1, 5)), folder);
        assertThat(store.diskBytes()).isEqualTo(before);

        store.truncatePrefix(6);
        store.markDead(List.of(segment.name()));
        assertThat(store.read(1)).isNull();
        assertThat(store.spareCount()).isEqualTo(spares);
        assertThat(store.diskBytes()).isEqualTo(before);
        assertThatThrownBy(() -> link(store, segment)).isInstanceOf(IOException.class);

        files.delete(folder.resolve(LinkedSegment.fileName(segment.generation())));
        store.markDead(List.of());
        assertThat(store.diskBytes()).isEqualTo(before - OPTIONS.segmentBytes());
    }

    @Test
    void refusesADamagedSegmentOfASnapshot() throws IOException {
        SegmentStore store = open(LOG);
        append(store, 5);
        SegmentInfo segment = store.upTo(5).get(0);
        Path folder = link(store, segment);
        files.rot(folder.resolve(LinkedSegment.fileName(segment.generation())), 8);
        SegmentStore other = open(Path.of("/other"));
        assertThatThrownBy(() -> other.adopt(List.of(new LinkedSegment(segment.generation(), 1, 5)), folder))
                .isInstanceOf(io.sluice.log.api.DamagedLogException.class);
    }
}
