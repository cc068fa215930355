package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import io.sluice.systemtests.NodeProcess.Ended;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with little logs: one misses more than the others keep, one has a bit flipped on its disk. */
@Timeout(180)
@Tag("long")
class CatchUpIT {
    private static final String QUEUE = "orders/created";
    private static final int BODY_BYTES = 5_000;

    @TempDir
    static Path dir;

    private static TestCluster cluster;

    @BeforeAll
    static void startNodes() throws Exception {
        cluster = TestCluster.start(
                dir.resolve("data"),
                TestNode.smallLog("--log-catch-up-log-bytes", "6MB", "--log-tail-cache-bytes", "1MB"));
    }

    @AfterAll
    static void stopNodes() {
        cluster.close();
    }

    @Test
    void aNodeThatMissedMoreThanTheOthersKeepInstallsASnapshotLeadsAndServesEverything() throws Exception {
        String key = cluster.onboard(0, "behind", QUEUE);
        int leader = cluster.leaderOf(0, "behind", "orders");
        int away = TestCluster.after(leader, 1);
        int third = TestCluster.after(leader, 2);
        String shard = shardOf(leader, "behind");
        publish(leader, "behind", key, 0, 300);
        cluster.local().kill(away);
        publish(leader, "behind", key, 300, 6_000);

        cluster.local().start(away);
        awaitCaughtUp(leader, shard, away);
        assertThat(installed(cluster.node(away).data().resolve(shard))).isNotEmpty();

        // The third one misses the last confirmed messages, so the one that was away is the only one that may lead.
        cluster.local().kill(third);
        publish(leader, "behind", key, 6_000, 6_100);
        cluster.local().kill(leader);
        cluster.local().start(third);
        assertThat(cluster.leader(away, shard)).isEqualTo(away);
        drain(away, "behind", key, 6_100);
        cluster.local().start(leader);
        awaitCaughtUp(away, shard, leader);
    }

    @Test
    void aFlippedBitIsPutRightFromTheOtherReplicasAndNeverServed() throws Exception {
        String key = cluster.onboard(0, "flipped", QUEUE);
        int leader = cluster.leaderOf(0, "flipped", "orders");
        Path data = cluster.node(leader).data();
        publish(leader, "flipped", key, 0, 1_500);
        String text = body("flipped", 70);
        Path log = data.resolve(shardOf(leader, "flipped"));
        Path segment = segmentWith(log, text);
        int offset = offsetOf(segment, text);
        flip(segment, offset + text.length() / 2);

        Ended damaged = NodeProcess.run("log", "verify", copyOf(log).toString());
        assertThat(damaged.exitCode()).as(damaged.toString()).isEqualTo(1);
        assertThat(damaged.out() + damaged.err()).contains(String.valueOf(segment.getFileName()));

        drain(TestCluster.after(leader, 1), "flipped", key, 1_500);
        assertThat(Files.readString(cluster.node(leader).logFile()))
                .contains("repaired with the help of the other replicas");
        assertThat(cluster.leaderOf(leader, "flipped", "orders")).isEqualTo(leader);
        assertThat(cluster.local().stop(leader)).isZero();
        Ended sound = NodeProcess.run("log", "verify", data.toString());
        cluster.local().start(leader);
        assertThat(sound.exitCode()).as(sound.toString()).isZero();
    }

    private static String body(String tenant, int number) {
        return tenant + number + ":" + "x".repeat(BODY_BYTES - number % 10) + ":" + number;
    }

    private static void publish(int through, String tenant, String key, int from, int to) throws Exception {
        AtomicInteger confirmed = new AtomicInteger();
        try (SluiceClient client = cluster.connect(through, tenant, key);
                Publisher publisher = client.publisher("orders")) {
            for (int number = from; number < to; number++) {
                byte[] bytes = body(tenant, number).getBytes(StandardCharsets.UTF_8);
                publisher.publish("created", Message.of(bytes), (sequence, rejection) -> {
                    if (rejection == null) {
                        confirmed.incrementAndGet();
                    }
                });
            }
            assertThat(publisher.awaitOutcomes(90_000)).isTrue();
            assertThat(confirmed).hasValue(to - from);
        }
    }

    private static void drain(int through, String tenant, String key, int count) throws Exception {
        try (SluiceClient client = cluster.connect(through, tenant, key);
                Inbox inbox = Inbox.of(client, QUEUE)) {
            assertThat(inbox.take(count))
                    .isEqualTo(IntStream.range(0, count)
                            .mapToObj(number -> body(tenant, number))
                            .toList());
            cluster.awaitEmpty(through, tenant, QUEUE);
        }
    }

    private static String shardOf(int through, String tenant) throws IOException {
        JsonObject group =
                new JsonObject(cluster.node(through).admin("GET", "/v1/tenants/" + tenant + "/groups/orders", ""));
        return "shard-" + group.getInteger("shard");
    }

    /** Until a node, as all know, has applied all that the leader has. */
    private static void awaitCaughtUp(int through, String shard, int node) {
        String id = "n" + (node + 1);
        Eventually.holds(
                () -> new JsonObject(cluster.node(through).admin("GET", "/v1/cluster", ""))
                        .getJsonArray("shards").stream()
                                .map(JsonObject.class::cast)
                                .filter(each -> each.getString("name").equals(shard))
                                .flatMap(each -> each.getJsonArray("replicas").stream())
                                .map(JsonObject.class::cast)
                                .anyMatch(replica ->
                                        replica.getString("node").equals(id) && replica.getLong("lagEntries") == 0),
                () -> id + " does not catch up with " + shard);
    }

    /** The oldest sealed segment of a log that holds a text. */
    private static Path segmentWith(Path log, String text) throws IOException {
        try (Stream<Path> files = Files.list(log.resolve("segments"))) {
            List<Path> segments = files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
            for (Path segment : segments.subList(0, segments.size() - 1)) {
                if (offsetOf(segment, text) >= 0) {
                    return segment;
                }
            }
        }
        throw new AssertionError("no sealed segment in " + log + " holds the message");
    }

    /** The segments of a log that came with a snapshot. */
    private static List<Path> installed(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log.resolve("segments"))) {
            return files.filter(file -> file.toString().endsWith(".inst")).toList();
        }
    }

    /** One log of a node that runs, as a data folder that may be verified. */
    private static Path copyOf(Path log) throws IOException {
        Path copy = Files.createTempDirectory(dir, "copy");
        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(log.getParent().relativize(file).toString()));
            }
        }
        return copy;
    }

    private static int offsetOf(Path file, String text) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static void flip(Path file, int offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int before = bytes.read();
            bytes.seek(offset);
            bytes.write(before ^ 1);
        }
    }
}
