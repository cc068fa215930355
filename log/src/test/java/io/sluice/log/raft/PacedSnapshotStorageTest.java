package io.sluice.log.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PacedSnapshotStorageTest {
    @TempDir
    static Path folder;

    /** As JRaft's copier does with what an interrupted copy left: with its own set of names it failed, and the replica never took a snapshot again. */
    @Test
    void filesOfABrokenOffCopyCanBeTakenAwayWhileTheyAreWalkedThrough() throws IOException {
        PacedSnapshotStorage storage =
                new PacedSnapshotStorage(folder.toString(), new RaftOptions(), new CopyPace(1 << 20, System::nanoTime));
        assertThat(storage.init(null)).isTrue();
        LocalSnapshotWriter brokenOff = (LocalSnapshotWriter) storage.create(true);
        for (String name : new String[] {"a", "b", "c"}) {
            Files.createFile(folder.resolve("temp").resolve(name));
            assertThat(brokenOff.addFile(name)).isTrue();
        }
        assertThat(brokenOff.sync()).isTrue();

        SnapshotWriter again = storage.create(false);
        assertThat(again.listFiles()).hasSize(3);
        for (String name : again.listFiles()) {
            assertThat(again.removeFile(name)).isTrue();
        }
        assertThat(again.listFiles()).isEmpty();
    }
}
