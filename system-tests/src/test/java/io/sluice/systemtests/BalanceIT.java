package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.DeliveryBatch;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three shards on three nodes: each node leads one of them, and does so again some time after it was away. */
@Tag("long")
@Timeout(240)
class BalanceIT {
    private static final Map<String, String> SPREAD = Map.of("shard-0", "n1", "shard-1", "n2", "shard-2", "n3");

    @TempDir
    static Path dir;

    private final History history = new History();
    private TestCluster cluster;
    private volatile boolean stopped;

    @BeforeEach
    void startNodes() throws Exception {
        cluster = TestCluster.start(dir.resolve("data"), "--log-shards", "3");
    }

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void leadersAreSpreadAtTheStartAndAgainAfterAKilledNodeReturnedUnderLoad() throws Exception {
        String key = cluster.onboard(1, "spread", "orders/created");
        awaitSpread(1);
        // Its shard goes away with its leader, comes up on another node, and moves back.
        int leader = cluster.leaderOf(1, "spread", "orders");
        int other = (leader + 1) % TestCluster.SIZE;
        try (SluiceClient producing = cluster.connect(other, "spread", key);
                SluiceClient consuming = cluster.connect((leader + 2) % TestCluster.SIZE, "spread", key);
                Consumer consumer =
                        consuming.batchConsumer("orders/created", ConsumerOptions.DEFAULT, this::delivered);
                Publisher publisher =
                        producing.publisher("orders", PublisherOptions.DEFAULT.withProducerName("spread"))) {
            Thread publishing = new Thread(() -> publish(publisher), "publishing");
            publishing.start();
            awaitDelivered(1_000);
            cluster.local().kill(leader);
            awaitDelivered(history.deliveredCount() + 1_000);
            cluster.local().start(leader);
            awaitSpread(other);
            awaitDelivered(history.deliveredCount() + 1_000);
            stopped = true;
            publishing.join();
            assertThat(publisher.awaitOutcomes(60_000)).isTrue();
            Eventually.holds(history::isSettled, () -> "not everything came: " + history);
            assertThat(consumer.ended()).isNotDone();
        }
        assertThat(history.faults()).as("%s", history).isEqualTo(History.Faults.NONE);
        assertThat(history.confirmedCount()).as("%s", history).isEqualTo(history.publishedCount());
    }

    private void awaitSpread(int through) {
        Eventually.holds(() -> leaders(through).equals(SPREAD), () -> "leaders are not spread");
    }

    private Map<String, String> leaders(int through) throws IOException {
        Map<String, String> leaders = new TreeMap<>();
        new JsonObject(cluster.node(through).admin("GET", "/v1/cluster", ""))
                .getJsonArray("shards").stream()
                        .map(JsonObject.class::cast)
                        .forEach(shard -> leaders.put(shard.getString("name"), shard.getString("leader")));
        leaders.remove("control");
        return leaders;
    }

    /** Slowly: the machine has other things to do while it is tested. */
    private void publish(Publisher publisher) {
        while (!stopped) {
            int number = history.publish();
            byte[] body = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
            publisher.publish("created", Message.of(body).withKey("k" + number % 16), (sequence, rejection) -> {
                if (rejection == null) {
                    history.confirmed(number);
                } else {
                    history.rejected(number);
                }
            });
            if (number % 10 == 0) {
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private void delivered(DeliveryBatch batch) {
        for (Delivery delivery : batch) {
            int number = delivery.bodyView().getInt();
            history.delivered(number, delivery.key(), delivery.deliveryCount());
            history.acked(number);
        }
        batch.ackAll();
    }

    private void awaitDelivered(int count) {
        Eventually.holds(() -> history.deliveredCount() >= count, () -> "not " + count + " delivered: " + history);
    }
}
