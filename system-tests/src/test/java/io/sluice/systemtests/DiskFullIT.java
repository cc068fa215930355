package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.client.PublishRejectedException;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each on a small file system of its own that somebody else fills. */
@Timeout(180)
@Tag("long")
class DiskFullIT {
    private static final String QUEUE = "orders/created";
    private static final int SIZE_BYTES = 96 << 20;
    private static final int FREE_BYTES = 20 << 20;

    @TempDir
    Path dir;

    private final List<Path> mounted = new ArrayList<>();
    private final List<String> confirmed = new ArrayList<>();

    private void mount(Path folder) throws Exception {
        Files.createDirectories(folder);
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + SIZE_BYTES, "tmpfs", folder.toString()) == 0,
                "file systems cannot be mounted here: it takes root");
        mounted.add(folder);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @AfterEach
    void unmount() throws Exception {
        for (Path folder : mounted) {
            run("umount", "-l", folder.toString());
        }
    }

    @Test
    void publishesAreRefusedWhileNoMajorityHasRoomAndAcksGoOnAndServiceReturnsByItself() throws Exception {
        Path data = dir.resolve("data");
        for (int node = 1; node <= TestCluster.SIZE; node++) {
            mount(data.resolve("n" + node));
        }
        try (TestCluster cluster = TestCluster.start(data, TestNode.smallLog("--log-reserve-bytes", "32MB"))) {
            String key = cluster.onboard(0, "full", QUEUE);
            int leader = cluster.leaderOf(0, "full", "orders");
            int first = TestCluster.after(leader, 1);
            int second = TestCluster.after(leader, 2);
            try (SluiceClient client = cluster.connect(first, "full", key);
                    Publisher publisher =
                            client.publisher("orders", PublisherOptions.DEFAULT.withRetryThrottled(false))) {
                Path filler = fill(cluster, first);
                awaitLogged(cluster, leader, "node n" + (first + 1) + " is short of disk space");
                for (int i = 0; i < 50; i++) {
                    assertThat(publish(publisher, "with one short " + i)).isEmpty();
                }

                Path other = fill(cluster, second);
                awaitRefused(publisher, "too few nodes have disk space");
                drain(cluster, first, key);
                Files.delete(other);
                awaitTaken(publisher);

                Path own = fill(cluster, leader);
                awaitRefused(publisher, "short of disk space");
                fill(cluster, second);
                awaitRefused(publisher, "short of disk space");
                drain(cluster, first, key);
                Files.delete(own);
                Files.delete(filler);
                awaitTaken(publisher);
                drain(cluster, first, key);
            }
        }
    }

    /** Writes into a node's file system until less than the reserve is free. */
    private static Path fill(TestCluster cluster, int node) throws IOException {
        Path folder = cluster.node(node).data();
        Path filler = folder.resolve("filler");
        byte[] chunk = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (Files.getFileStore(folder).getUsableSpace() > FREE_BYTES) {
                out.write(chunk);
            }
        }
        return filler;
    }

    private static void awaitLogged(TestCluster cluster, int node, String text) {
        Path file = cluster.node(node).logFile();
        Eventually.holds(() -> Files.readString(file).contains(text), () -> file + " does not say: " + text);
    }

    /** Publishes a message; returns why it was refused as short of disk, or an empty string. */
    private String publish(Publisher publisher, String text) throws Exception {
        try {
            publisher
                    .publish("created", Message.of(text.getBytes(StandardCharsets.UTF_8)))
                    .get(60, TimeUnit.SECONDS);
            confirmed.add(text);
            return "";
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(PublishRejectedException.class);
            PublishRejectedException rejected = (PublishRejectedException) e.getCause();
            assertThat(rejected.code()).isEqualTo(ErrorCode.THROTTLED);
            return String.valueOf(rejected.getMessage());
        }
    }

    private void awaitRefused(Publisher publisher, String why) {
        Eventually.holds(
                () -> publish(publisher, "to be refused").contains(why), () -> "not refused because of: " + why);
    }

    private void awaitTaken(Publisher publisher) {
        Eventually.holds(() -> publish(publisher, "with room again").isEmpty(), () -> "still refused");
    }

    /** Everything that was confirmed, in order, and acks that count. */
    private void drain(TestCluster cluster, int through, String key) throws Exception {
        try (SluiceClient client = cluster.connect(through, "full", key);
                Inbox inbox = Inbox.of(client, QUEUE)) {
            assertThat(inbox.take(confirmed.size())).isEqualTo(confirmed);
            cluster.awaitEmpty(through, "full", QUEUE);
        }
        confirmed.clear();
    }
}
