package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ConsumerOptions;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Data folders that earlier releases left behind, one archive each in {@code src/test/resources/releases}: this node starts on them and finds what was there.
 *
 * <p>With {@code -Dsluice.release=VERSION} it also makes the archive of this release (see CONTRIBUTING.md).
 */
@Timeout(180)
class ReleaseDataIT {
    private static final Path ARCHIVES = Path.of("src/test/resources/releases");
    private static final String TENANT = "acme";
    private static final String CREATED = "orders/created";
    private static final String LATER = "orders/later";
    private static final String KEY_FILE = "key.txt";
    private static final int BEFORE_SNAPSHOT = 10;
    private static final int PUBLISHED = 20;
    private static final int ACKED = 5;
    private static final int FILLERS = 40;
    private static final int FILLER_BYTES = 60_000;
    private static final long MAX_ARCHIVE_BYTES = 200_000;

    /** Small segments, so that the archive is small, and a snapshot comes soon. */
    private static final String[] SMALL = {
        "--gateway-max-frame-bytes", "128KB",
        "--log-max-entry-bytes", "256KB",
        "--log-segment-bytes", "1MB",
        "--log-snapshot-log-bytes", "1MB"
    };

    @TempDir
    Path dir;

    static List<String> releases() throws IOException {
        try (Stream<Path> archives = Files.list(ARCHIVES)) {
            return archives.map(archive -> archive.getFileName().toString())
                    .filter(name -> name.endsWith(".zip"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    @EnabledIfSystemProperty(
            named = "sluice.release",
            matches = ".+",
            disabledReason = "makes an archive only when asked")
    void makesTheArchiveOfThisRelease() throws Exception {
        Path data = dir.resolve("data");
        try (TestNode node = TestNode.start(data, SMALL)) {
            String key = node.onboard(TENANT, new JsonObject().put("queues", 7), CREATED, LATER);
            try (SluiceClient client = node.connect(TENANT, key);
                    Publisher publisher = client.publisher("orders")) {
                publishOrders(publisher, 0, BEFORE_SNAPSHOT);
                fillUntilASnapshotIsThere(node, client, publisher, data);
                publishOrders(publisher, BEFORE_SNAPSHOT, PUBLISHED);
                confirm(publisher.publish(
                        "later",
                        Message.of("in ten years")
                                .withDelayMs(Duration.ofDays(3_650).toMillis())));
                try (Inbox inbox = Inbox.of(client, CREATED, ACKED, 1 << 20)) {
                    assertThat(inbox.take(ACKED)).isEqualTo(orders(0, ACKED));
                }
            }
            node.awaitHeld(TENANT, CREATED, PUBLISHED - ACKED);
            assertThat(node.local().stop(Duration.ofSeconds(30))).isZero();
            Files.writeString(data.resolve(KEY_FILE), key);
        }
        Path archive = ARCHIVES.resolve(System.getProperty("sluice.release") + ".zip");
        Archive.pack(data, archive);
        assertThat(Files.size(archive)).isLessThan(MAX_ARCHIVE_BYTES);
    }

    private static void publishOrders(Publisher publisher, int from, int to) throws Exception {
        for (String order : orders(from, to)) {
            confirm(publisher.publish("created", Message.of(order).withHeader("from", "release")));
        }
    }

    private static List<String> orders(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "order " + i).toList();
    }

    private static void confirm(CompletableFuture<?> outcome) throws Exception {
        outcome.get(60, TimeUnit.SECONDS);
    }

    /** Messages that come and go beside the others, until the log is long enough for a snapshot. */
    private static void fillUntilASnapshotIsThere(TestNode node, SluiceClient client, Publisher publisher, Path data)
            throws Exception {
        client.consumer(LATER, ConsumerOptions.DEFAULT.withAutoAck(true), delivery -> {});
        for (int i = 0; i < FILLERS; i++) {
            confirm(publisher.publish("later", Message.of(new byte[FILLER_BYTES])));
        }
        node.awaitEmpty(TENANT, LATER);
        Eventually.holds(() -> hasSnapshot(data), () -> "no shard takes a snapshot");
    }

    private static boolean hasSnapshot(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("snapshot_")
                    && file.getParent().getParent().getFileName().toString().startsWith("shard-"));
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void startsOnTheDataOfAnEarlierReleaseAndFindsExactlyWhatWasThere(String archive) throws Exception {
        Path data = dir.resolve("data");
        Archive.unpack(ARCHIVES.resolve(archive), data);
        assertThat(hasSnapshot(data)).isTrue();
        String key = Files.readString(data.resolve(KEY_FILE));
        try (TestNode node = TestNode.start(data, SMALL)) {
            assertThat(new JsonObject(node.local().admin("GET", "/v1/tenants/" + TENANT, ""))
                            .getJsonObject("limits")
                            .encode())
                    .contains("\"queues\":7");
            node.awaitHeld(TENANT, CREATED, PUBLISHED - ACKED);
            assertThat(node.queue(TENANT, LATER).getLong("delayed")).isEqualTo(1);
            node.awaitHeld(TENANT, LATER, 1);
            findsTheOrders(node, key);
            node.restart();
            node.awaitEmpty(TENANT, CREATED);
            node.awaitHeld(TENANT, LATER, 1);
        }
    }

    private static void findsTheOrders(TestNode node, String key) throws Exception {
        try (SluiceClient client = node.connect(TENANT, key);
                Publisher publisher = client.publisher("orders")) {
            List<String> expected = new ArrayList<>(orders(ACKED, PUBLISHED));
            confirm(publisher.publish("created", Message.of("of today")));
            expected.add("of today");
            try (Inbox inbox = Inbox.of(client, CREATED)) {
                assertThat(inbox.take(expected.size())).containsExactlyInAnyOrderElementsOf(expected);
            }
            node.awaitEmpty(TENANT, CREATED);
        }
    }
}
