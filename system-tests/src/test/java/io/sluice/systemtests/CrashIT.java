package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Consumer;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node killed at full speed, on one data folder, while clients go on. {@code ./sluice bench crash} does it for longer. */
@Timeout(300)
class CrashIT {
    private static final int KILLS = Integer.getInteger("sluice.test.kills", 3);
    private static final int KEYS = 64;
    private static final int BODY_BYTES = 300;

    @TempDir
    Path dir;

    private final History history = new History();
    private volatile boolean stopped;

    @Test
    void losesAndDoublesNothingAndKeepsTheOrderOfKeysOverKills() throws Exception {
        long seed = Long.getLong("sluice.test.seed", System.nanoTime());
        Random random = new Random(seed);
        // Snapshots often, so that kills meet them at work.
        try (TestNode node = TestNode.startOnFixedPorts(dir.resolve("data"), TestNode.smallLog())) {
            String key = node.onboard("crash", new JsonObject(), "orders/created");
            node.define("crash", "orders/created", new JsonObject().put("orderByKey", true));
            try (SluiceClient producing = node.connect("crash", key);
                    SluiceClient one = node.connect("crash", key);
                    SluiceClient other = node.connect("crash", key);
                    Consumer first = Traffic.consume(history, one, "orders/created");
                    Consumer second = Traffic.consume(history, other, "orders/created");
                    Publisher publisher = producing.publisher(
                            "orders",
                            PublisherOptions.DEFAULT.withProducerName("crash").withWindow(4_096, 4 << 20))) {
                Thread publishing = new Thread(() -> publish(publisher), "publishing");
                publishing.start();
                for (int kill = 0; kill < KILLS; kill++) {
                    Traffic.awaitDelivered(history, history.deliveredCount() + 2_000 + random.nextInt(8_000));
                    node.killAndRestart();
                }
                Traffic.awaitDelivered(history, history.deliveredCount() + 2_000);
                stopped = true;
                publishing.join();
                assertThat(publisher.awaitOutcomes(60_000)).isTrue();
                awaitSettled(node);
                assertThat(first.ended()).isNotDone();
                assertThat(second.ended()).isNotDone();
            }
        }
        assertThat(history.faults()).as("seed %s, %s", seed, history).isEqualTo(History.Faults.NONE);
        assertThat(history.confirmedCount())
                .as("a named producer's every message is confirmed in the end: %s", history)
                .isEqualTo(history.publishedCount());
    }

    private void publish(Publisher publisher) {
        while (!stopped) {
            Traffic.publish(history, publisher, BODY_BYTES, KEYS, () -> {});
        }
    }

    private void awaitSettled(TestNode node) throws Exception {
        Eventually.holds(history::isSettled, () -> "not everything came: " + history);
        node.awaitEmpty("crash", "orders/created");
    }
}
