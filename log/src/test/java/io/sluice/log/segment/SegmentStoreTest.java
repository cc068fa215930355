package io.sluice.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.LogReport;
import io.sluice.log.spi.CrashFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SegmentStoreTest {
    private static final Path LOG = Path.of("/log/shard-0");
    private static final Path FOLDER = LOG.resolve("segments");
    private static final SegmentOptions OPTIONS = new SegmentOptions(16 * 1024, 2, 1);

    private final CrashFiles files = new CrashFiles(7);
    private final List<Throwable> failures = new ArrayList<>();
    private SegmentStore store = null;

    private void open() throws IOException {
        store = SegmentStore.open(files, FOLDER, OPTIONS, new Maintenance(FOLDER, failures::add, new DirectExecutor()));
    }

    private void append(int count, int bytes) throws IOException {
        List<LogRecord> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long index = store.lastIndex() + 1 + i;
            byte[] body = new byte[bytes];
            Arrays.fill(body, (byte) index);
            batch.add(new LogRecord(index, 1, RecordType.DATA, ByteBuffer.wrap(body)));
        }
        store.append(batch);
    }

    private Path segment(int sequence) {
        return FOLDER.resolve(SegmentRecovery.fileName(sequence));
    }

    private LogReport verify() throws IOException {
        return new SegmentVerifier(files, LOG, 0).verify();
    }

    @Test
    void namesFileAndOffsetOfADamagedRecordInTheMiddle() throws IOException {
        open();
        append(1, 100);
        append(1, 100);
        append(1, 100);
        int second = SegmentHeader.BYTES + RecordCodec.recordBytes(100);
        files.rot(segment(1), second + 60);
        files.crash();

        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining(segment(1).toString())
                .hasMessageContaining("offset " + second);
        LogReport report = verify();
        assertThat(report.damage()).singleElement().asString().contains("offset " + second);
        assertThat(report.entries()).isEqualTo(1);
    }

    @Test
    void seesDamageInTheLastBatchAfterACleanClose() throws IOException {
        open();
        append(1, 100);
        store.close();
        files.rot(segment(1), SegmentHeader.BYTES + 60);
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class);
    }

    @Test
    void cutsATornTailAndGoesOn() throws IOException {
        open();
        append(2, 100);
        files.crashAfter(1);
        assertThatThrownBy(() -> append(3, 2000)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> append(1, 10)).hasMessageContaining("takes nothing after");
        files.crash();

        assertThat(verify().damage()).isEmpty();
        open();
        long last = store.lastIndex();
        assertThat(last).isBetween(2L, 4L);
        append(1, 50);
        assertThat(store.read(last + 1).body().remaining()).isEqualTo(50);
    }

    @Test
    void findsDamageInASealedSegmentWhenItIsRead() throws IOException {
        open();
        append(30, 1000);
        assertThat(store.segmentCount()).isGreaterThan(2);
        files.rot(segment(1), SegmentHeader.BYTES + 60);
        assertThatThrownBy(() -> store.read(1))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("offset " + SegmentHeader.BYTES);
        assertThat(store.read(2).body().remaining()).isEqualTo(1000);
        assertThat(verify().damage()).hasSize(1);
    }

    @Test
    void opensSealedSegmentsByTheirFooterAndScansThemWithoutIt() throws IOException {
        open();
        append(30, 1000);
        store.close();
        files.rot(segment(1), OPTIONS.segmentBytes() - 1);
        open();
        for (long index = 1; index <= 30; index++) {
            assertThat(store.read(index).body().get(0)).isEqualTo((byte) index);
        }
    }

    @Test
    void noticesAMissingSegmentFile() throws IOException {
        open();
        append(30, 1000);
        store.close();
        files.delete(segment(2));
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining("missing");
    }

    @Test
    void neverReadsWhatARecycledFileHeldBefore() throws IOException {
        open();
        append(30, 1000);
        store.truncatePrefix(store.lastIndex());
        store.markDead(store.sealed().stream().map(SegmentInfo::name).toList());
        int used = store.segmentCount();
        assertThat(store.spareCount()).isEqualTo(2);
        append(15, 1000);
        assertThat(store.segmentCount()).isGreaterThan(used);
        long last = store.lastIndex();
        store.close();
        open();
        assertThat(store.lastIndex()).isEqualTo(last);
        assertThat(new SegmentVerifier(files, LOG, 30).verify().damage()).isEmpty();
        assertThat(verify().damage()).singleElement().asString().contains("the snapshot ends at 0");
        assertThat(failures).isEmpty();
    }

    @Test
    void refusesAnEntryThatNoSegmentCanHold() throws IOException {
        open();
        assertThatThrownBy(() -> append(1, 16 * 1024))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("log.segmentBytes");
        append(1, OPTIONS.maxBodyBytes());
        assertThat(store.lastIndex()).isEqualTo(1);
    }

    @Test
    void keepsBodiesBelowTheRangeUntilTheirSegmentIsDead() throws IOException {
        open();
        append(30, 1000);
        store.truncatePrefix(25);
        assertThat(store.read(1)).isNotNull();
        store.markDead(List.of(SegmentRecovery.fileName(1)));
        assertThat(store.read(1)).isNull();
        SegmentInfo second = store.sealed().get(0);
        assertThat(store.read(second.firstIndex())).isNotNull();
    }
}
