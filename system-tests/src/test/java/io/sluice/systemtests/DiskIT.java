package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import io.sluice.systemtests.NodeProcess.Ended;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data folders that are damaged, full, or somebody else's. */
@Timeout(180)
class DiskIT {
    private static final String QUEUE = "orders/created";
    private static final int MESSAGES = 1_000;
    private static final int BODY_BYTES = 5_000;

    /** Bytes of noise that a log could not tell from a record by their zeros. */
    private static final int NOISE = 0x55;

    @TempDir
    static Path dir;

    private static Path original;
    private static String key;

    private Path data;

    /** A folder as a killed node leaves it, with a backlog over several segments and no snapshot that a test would have to mind. */
    @BeforeAll
    static void makeData() throws Exception {
        original = dir.resolve("original");
        try (TestNode node = TestNode.start(original, TestNode.smallLog("--log-snapshot-log-bytes", "1GB"))) {
            key = node.onboard("acme", new JsonObject(), QUEUE);
            try (SluiceClient client = node.connect("acme", key);
                    Publisher publisher = client.publisher("orders")) {
                List<CompletableFuture<?>> confirmed = new ArrayList<>();
                for (int i = 0; i < MESSAGES; i++) {
                    confirmed.add(publisher.publish("created", Message.of(body(i))));
                }
                CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new))
                        .get(90, TimeUnit.SECONDS);
            }
            node.local().kill();
        }
    }

    private static String body(int number) {
        return number + ":" + "x".repeat(BODY_BYTES);
    }

    @BeforeEach
    void copyData() throws IOException {
        data = Files.createTempDirectory(dir, "data").resolve("data");
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, data.resolve(original.relativize(file).toString()));
            }
        }
    }

    /** The segments of the shard that holds the backlog, oldest first. */
    private List<Path> segments() throws IOException {
        List<Path> largest = List.of();
        for (int shard = 0; shard < 2; shard++) {
            try (Stream<Path> files = Files.list(data.resolve("shard-" + shard).resolve("segments"))) {
                List<Path> found = files.filter(file -> file.toString().endsWith(".seg"))
                        .sorted(Comparator.naturalOrder())
                        .toList();
                largest = found.size() > largest.size() ? found : largest;
            }
        }
        assertThat(largest).hasSizeGreaterThan(2);
        return largest;
    }

    private static void damage(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= (byte) NOISE;
        Files.write(file, bytes);
    }

    /** Offset of the last byte that is not zero. */
    private static int end(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length - 1;
        while (bytes[end] == 0) {
            end--;
        }
        return end;
    }

    @Test
    void aSoundFolderIsFoundSound() throws Exception {
        Ended verified = NodeProcess.run("log", "verify", data.toString());
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        assertThat(verified.out()).contains("shard-0").contains("shard-1").contains("control");
    }

    @Test
    void aDamagedMiddleStopsTheStartAndIsNamed() throws Exception {
        Path damaged = segments().get(0);
        damage(damaged, (int) Files.size(damaged) / 2);

        Ended verified = NodeProcess.run("log", "verify", data.toString());
        assertThat(verified.exitCode()).as(verified.toString()).isEqualTo(1);
        assertThat(verified.out() + verified.err())
                .contains(String.valueOf(damaged.getFileName()))
                .contains("offset");

        Ended up = NodeProcess.up(data);
        assertThat(up.exitCode()).as(up.toString()).isEqualTo(1);
        assertThat(up.out()).doesNotContain("ready");
        assertThat(up.err()).contains(String.valueOf(damaged.getFileName())).containsPattern("offset \\d+");
    }

    @Test
    void aTornTailIsCutAndEverythingBeforeItServed() throws Exception {
        List<Path> segments = segments();
        Path last = segments.get(segments.size() - 1);
        damage(last, end(last));
        Ended verified = NodeProcess.run("log", "verify", data.toString());
        assertThat(verified.exitCode()).as(verified.toString()).isZero();

        try (TestNode node = TestNode.start(data, TestNode.smallLog())) {
            int held = Math.toIntExact(node.queue("acme", QUEUE).getLong("depth"));
            assertThat(held).isBetween(MESSAGES - 100, MESSAGES);
            try (SluiceClient client = node.connect("acme", key);
                    Inbox inbox = Inbox.of(client, QUEUE)) {
                List<String> bodies = inbox.take(held);
                for (int i = 0; i < held; i++) {
                    assertThat(bodies.get(i)).isEqualTo(body(i));
                }
            }
        }
    }

    @Test
    void withTooLittleDiskLeftPublishesAreRefusedAndAcksGoOn() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (TestNode node = TestNode.start(data, TestNode.smallLog("--log-reserve-bytes", "1TB"));
                JsonClient json = new JsonClient(vertx, node.local().ws()).login("acme", key);
                SluiceClient client = node.connect("acme", key);
                Inbox inbox = Inbox.of(client, QUEUE)) {
            json.send(
                    "publish", new JsonObject().put("id", 1).put("queue", QUEUE).put("body", "too much"));
            JsonObject refused = json.await("reject");
            assertThat(refused.getString("code")).isEqualTo("THROTTLED");
            assertThat(refused.getString("message")).contains("disk");

            inbox.take(MESSAGES);
            node.awaitEmpty("acme", QUEUE);
        } finally {
            vertx.close();
        }
    }

    @Test
    void anotherNodesOrClustersFolderIsRefused() throws Exception {
        Ended otherNode = NodeProcess.up(data, "--node-id", "n2");
        assertThat(otherNode.exitCode()).isEqualTo(1);
        assertThat(otherNode.err())
                .contains(data.toString())
                .contains("node \"n1\"")
                .contains("node.id");

        Ended otherCluster = NodeProcess.up(data, "--cluster-name", "elsewhere");
        assertThat(otherCluster.exitCode()).isEqualTo(1);
        assertThat(otherCluster.err()).contains("cluster \"sluice\"").contains("cluster.name");
    }

    @Test
    void aFolderInUseIsRefusedAndItsNodeGoesOn() throws Exception {
        try (TestNode node = TestNode.start(data, TestNode.smallLog())) {
            Ended second = NodeProcess.up(data);
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("another node runs on").contains("--data");
            assertThat(node.local().alive()).isTrue();
            assertThat(node.queue("acme", QUEUE).getLong("depth")).isEqualTo(MESSAGES);
        }
    }
}
