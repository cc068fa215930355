package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Consumer;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes as clients see them. */
@Timeout(240)
class ClusterIT {
    private static final int KEYS = 64;
    private static final int BODY_BYTES = 300;

    @TempDir
    static Path dir;

    private static TestCluster cluster;

    private final History history = new History();
    private volatile boolean stopped;

    @BeforeAll
    static void startNodes() throws Exception {
        cluster = TestCluster.start(dir.resolve("data"));
    }

    @AfterAll
    static void stopNodes() {
        cluster.close();
    }

    @Test
    void servesProducersAndConsumersOnAnyNodeWhileAnotherLeads() throws Exception {
        for (int through = 0; through < TestCluster.SIZE; through++) {
            String tenant = "any" + through;
            String key = cluster.onboard(through, tenant, "orders/created");
            int leader = cluster.leaderOf(through, tenant, "orders");
            for (int offset = 0; offset < TestCluster.SIZE; offset++) {
                int producing = TestCluster.after(leader, 1 + offset);
                int consuming = TestCluster.after(leader, 2 + offset);
                passes(tenant, key, producing, consuming);
            }
            cluster.awaitEmpty(TestCluster.after(through, 1), tenant, "orders/created");
        }
    }

    private static void passes(String tenant, String key, int producing, int consuming) throws Exception {
        List<String> sent = IntStream.range(0, 100)
                .mapToObj(n -> producing + ">" + consuming + " " + n)
                .toList();
        try (SluiceClient from = cluster.connect(producing, tenant, key);
                SluiceClient to = cluster.connect(consuming, tenant, key);
                Publisher publisher = from.publisher("orders");
                Inbox inbox = Inbox.of(to, "orders/created")) {
            for (String text : sent) {
                var unused = publisher.publish("created", Message.of(text.getBytes(StandardCharsets.UTF_8)));
            }
            assertThat(publisher.awaitOutcomes(60_000)).isTrue();
            assertThat(inbox.take(sent.size())).isEqualTo(sent);
        }
    }

    @Test
    void movesClientsToOtherNodesWhenOneIsStoppedInOrder() throws Exception {
        String key = cluster.onboard(0, "drain", "orders/created");
        int leader = cluster.leaderOf(0, "drain", "orders");
        try (SluiceClient producing = cluster.connect(leader, "drain", key);
                SluiceClient consuming = cluster.connect(TestCluster.after(leader, 1), "drain", key);
                Consumer consumer = Traffic.consume(history, consuming, "orders/created");
                Publisher publisher =
                        producing.publisher("orders", PublisherOptions.DEFAULT.withProducerName("drain"))) {
            Thread publishing = new Thread(() -> publish(publisher), "publishing");
            publishing.start();
            Traffic.awaitDelivered(history, 2_000);
            assertThat(cluster.local().stop(leader)).isZero();
            Traffic.awaitDelivered(history, history.deliveredCount() + 2_000);
            cluster.local().start(leader);
            stopped = true;
            publishing.join();
            assertThat(publisher.awaitOutcomes(60_000)).isTrue();
            Eventually.holds(history::isSettled, () -> "not everything came: " + history);
            assertThat(consumer.ended()).isNotDone();
        }
        assertThat(history.faults()).as("%s", history).isEqualTo(History.Faults.NONE);
        assertThat(history.confirmedCount()).as("%s", history).isEqualTo(history.publishedCount());
    }

    private void publish(Publisher publisher) {
        while (!stopped) {
            Traffic.publish(history, publisher, BODY_BYTES, KEYS, () -> {});
        }
    }
}
