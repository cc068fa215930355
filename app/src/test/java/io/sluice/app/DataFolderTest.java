package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path dir;

    @Test
    void countsTheBootNumberUpWithEachStart() throws Exception {
        int first;
        try (DataFolder folder = DataFolder.open(dir.resolve("data"), "n1", "sluice")) {
            first = folder.boot();
        }
        for (int again = 1; again <= 3; again++) {
            try (DataFolder folder = DataFolder.open(dir.resolve("data"), "n1", "sluice")) {
                assertThat(folder.boot()).isEqualTo(first + again);
            }
        }
    }

    @Test
    void beginsAboveTheBootsThatALostFolderCounted() throws Exception {
        // A second per start is more than a node can do.
        try (DataFolder folder = DataFolder.open(dir.resolve("data"), "n1", "sluice")) {
            assertThat(folder.boot()).isGreaterThan(25_000_000);
        }
    }

    @Test
    void refusesASecondNodeOnTheSameFolder() throws Exception {
        try (DataFolder first = DataFolder.open(dir, "n1", "sluice")) {
            assertThatThrownBy(() -> DataFolder.open(dir, "n1", "sluice"))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("another node runs on the data folder")
                    .hasMessageContaining(dir.toString());
            assertThat(first.boot()).isPositive();
        }
    }

    @Test
    void refusesTheFolderOfAnotherNodeOrCluster() throws Exception {
        DataFolder first = DataFolder.open(dir, "n1", "sluice");
        first.close();

        assertThatThrownBy(() -> DataFolder.open(dir, "n2", "sluice")).hasMessageContaining("node \"n1\", not \"n2\"");
        assertThatThrownBy(() -> DataFolder.open(dir, "n1", "other")).hasMessageContaining("cluster \"sluice\"");
        try (DataFolder again = DataFolder.open(dir, "n1", "sluice")) {
            assertThat(again.boot()).isEqualTo(first.boot() + 1);
        }
    }

    @Test
    void refusesAFolderOfANewerFormat() throws Exception {
        Files.writeString(dir.resolve("node.properties"), "format=2\nnode=n1\ncluster=sluice\nboot=7\n");

        assertThatThrownBy(() -> DataFolder.open(dir, "n1", "sluice")).hasMessageContaining("reads format 1");
    }

    @Test
    void refusesAPathThatIsNoFolder() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.open(file, "n1", "sluice"))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("can't be used");
    }
}
