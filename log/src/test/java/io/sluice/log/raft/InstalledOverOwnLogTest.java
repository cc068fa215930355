package io.sluice.log.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.segment.LogRecord;
import io.sluice.log.segment.RecordType;
import io.sluice.log.segment.SegmentOptions;
import io.sluice.log.segment.SegmentStore;
import io.sluice.log.spi.FileLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica whose log holds entries that were never committed installs a snapshot, and passes one on. */
final class InstalledOverOwnLogTest {
    @TempDir
    Path folder;

    private SegmentStore open(String replica) throws IOException {
        return SegmentStore.open(
                FileLayer.disk(),
                Files.createDirectories(folder.resolve(replica).resolve("segments")),
                new SegmentOptions(64 << 10, 2, 1),
                failure -> {});
    }

    private static void append(SegmentStore store, ListMachine machine, String by, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            long index = store.lastIndex() + 1;
            ByteBuffer body = ByteBuffer.wrap(("pin " + index + " by " + by).getBytes(UTF_8));
            store.append(List.of(new LogRecord(index, 1, RecordType.DATA, body)));
            machine.apply(index, body);
        }
    }

    private Path snapshot(SegmentStore store, ListMachine machine, long index) throws IOException {
        Path snapshot = Files.createDirectories(folder.resolve("snapshot_" + index));
        PinnedSegments.at(index, store, machine.livePins()).write(store, snapshot);
        machine.capture().write(Files.createDirectories(snapshot.resolve(Snapshots.STATE_FOLDER)), bytes -> {});
        return snapshot;
    }

    private static void restore(SegmentStore store, ListMachine machine, Path snapshot, long index, boolean resets)
            throws IOException {
        Repairs repairs = new Repairs("shard-0", FileLayer.disk(), null);
        SnapshotRule rule = new SnapshotRule(ReplicaGroup.settings(1 << 20, 1 << 20, 1 << 20), () -> 0);
        try (Snapshots snapshots = new Snapshots("shard-0", store, repairs, rule, 50, bytes -> {})) {
            snapshots.restore(machine, snapshot, index);
            if (resets) {
                store.reset(index + 1, snapshots.coveredIndex());
            } else {
                store.truncatePrefix(index + 1);
            }
            snapshots.truncated();
        }
    }

    private void passesOnWhatWasCommitted(int uncommitted, boolean resets) throws IOException {
        ListMachine machine = new ListMachine();
        Path first;
        try (SegmentStore leader = open("leader")) {
            append(leader, machine, "leader", 9);
            first = snapshot(leader, machine, 9);
        }
        Path second;
        try (SegmentStore follower = open("follower")) {
            append(follower, new ListMachine(), "a leader of before", uncommitted);
            ListMachine restored = new ListMachine();
            restore(follower, restored, first, 9, resets);
            append(follower, restored, "leader", 1);
            assertThat(UTF_8.decode(follower.read(3).body()).toString()).isEqualTo("pin 3 by leader");
            second = snapshot(follower, restored, 10);
        }
        try (SegmentStore third = open("third")) {
            restore(third, new ListMachine(), second, 10, false);
            for (long index = 1; index <= 10; index++) {
                assertThat(UTF_8.decode(third.read(index).body()).toString()).isEqualTo("pin " + index + " by leader");
            }
        }
    }

    @Test
    void aShorterLogOfItsOwnIsNotPassedOn() throws IOException {
        passesOnWhatWasCommitted(5, false);
    }

    @Test
    void aLongerLogOfItsOwnIsNotPassedOn() throws IOException {
        passesOnWhatWasCommitted(15, true);
    }
}
