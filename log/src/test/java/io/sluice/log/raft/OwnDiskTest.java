package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.api.LogMembers;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.segment.LogRecord;
import io.sluice.log.segment.RecordType;
import io.sluice.log.segment.SegmentOptions;
import io.sluice.log.segment.SegmentStore;
import io.sluice.log.spi.FileLayer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of a leader is slower than those of the others, which are a majority without it. */
final class OwnDiskTest {
    @TempDir
    Path folder;

    @Test
    void aLeaderCanReadWhatItAppliedThoughTheOthersHadItFirst() throws Exception {
        try (LoopbackNodes nodes = new LoopbackNodes(folder, 3, new LogMembers(List.of("n1", "n2", "n3"), List.of()))) {
            nodes.startAll("n1", "n2", "n3");
            nodes.append("first");
            String leader = nodes.leader();
            nodes.slow.put(leader, 200L);
            for (int i = 0; i < 5; i++) {
                ByteBuffer entry = ByteBuffer.wrap(("entry " + i).getBytes(StandardCharsets.UTF_8));
                ReplicatedLog log = nodes.log(leader);
                long index = log.append(entry).toCompletableFuture().get(10, SECONDS);
                assertThat(log.reader().read(index)).isEqualTo(entry);
            }
            assertThat(nodes.fatal).isEmpty();
        }
    }

    @Test
    void anEntryIsTheLastOneOnlyOnceItIsOnDisk() throws Exception {
        Thread appender = Thread.currentThread();
        AtomicReference<SegmentStore> opened = new AtomicReference<>();
        List<Long> lastWhileForcing = new ArrayList<>();
        FileLayer disk = SlowDisk.forcing(() -> {
            if (Thread.currentThread() == appender && opened.get() != null) {
                lastWhileForcing.add(opened.get().lastIndex());
            }
            return 0;
        });
        try (SegmentStore store = SegmentStore.open(disk, folder, new SegmentOptions(64 << 10, 2, 1), failure -> {})) {
            opened.set(store);
            store.append(List.of(new LogRecord(1, 1, RecordType.DATA, ByteBuffer.allocate(9))));
            assertThat(lastWhileForcing).isNotEmpty().containsOnly(0L);
            assertThat(store.lastIndex()).isEqualTo(1);
        }
    }
}
