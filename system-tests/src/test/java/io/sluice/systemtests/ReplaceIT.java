package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import io.sluice.protocol.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node of three whose disk is gone. */
@Tag("long")
@Timeout(240)
class ReplaceIT {
    private static final String QUEUE = "orders/created";

    @TempDir
    static Path dir;

    private final List<String> published = new ArrayList<>();
    private TestCluster cluster;

    @BeforeEach
    void startNodes() throws Exception {
        cluster = TestCluster.start(dir.resolve("data"));
    }

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void aNodeWithoutItsFolderComesBackOnlyWithReplaceAndNothingIsLost() throws Exception {
        String key = cluster.onboard(0, "disk", QUEUE);
        publish(0, key, 200);
        int lost = cluster.leaderOf(0, "disk", "orders");
        int other = (lost + 1) % TestCluster.SIZE;
        int third = (lost + 2) % TestCluster.SIZE;
        cluster.local().kill(lost);
        publish(other, key, 200);
        cluster.local().wipe(lost);

        assertThatThrownBy(() -> cluster.local().start(lost))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("this node has nothing of log control, but node")
                .hasMessageContaining("--replace");

        cluster.local().start(lost, List.of("--replace"));
        Eventually.holds(() -> votesEverywhere(other, "n" + (lost + 1)), () -> "no vote for the replaced node");
        publish(lost, key, 200);

        // With the replaced one and one other there is a majority only if its votes count, and it has everything.
        cluster.local().kill(third);
        publish(lost, key, 200);
        consumeAll(lost, key);

        cluster.local().start(third);
        cluster.local().stop(lost);
        cluster.local().start(lost);
        publish(lost, key, 10);
        consumeAll(third, key);
    }

    /** In the control shard and all data shards, as the leaders tell. */
    private boolean votesEverywhere(int through, String node) throws IOException {
        JsonObject view = new JsonObject(cluster.node(through).admin("GET", "/v1/cluster", ""));
        return view.getJsonArray("shards").stream()
                .map(JsonObject.class::cast)
                .allMatch(shard -> shard.getJsonArray("replicas").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(replica -> replica.getString("node").equals(node)
                                && replica.getString("role").equals("voter")));
    }

    private void publish(int through, String key, int count) throws Exception {
        try (SluiceClient client = cluster.connect(through, "disk", key);
                Publisher publisher = opened(client)) {
            List<CompletableFuture<?>> outcomes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String text = "message " + published.size();
                published.add(text);
                outcomes.add(publisher.publish("created", Message.of(text.getBytes(StandardCharsets.UTF_8))));
            }
            for (CompletableFuture<?> outcome : outcomes) {
                outcome.get(60, TimeUnit.SECONDS);
            }
        }
    }

    /** Refused while the shard has no leader: a node was killed just now. */
    private static Publisher opened(SluiceClient client) {
        AtomicReference<Publisher> publisher = new AtomicReference<>();
        Eventually.holds(
                () -> {
                    try {
                        publisher.set(client.publisher("orders"));
                        return true;
                    } catch (SluiceException refused) {
                        assertThat(refused).hasMessageContaining("UNAVAILABLE");
                        return false;
                    }
                },
                () -> "the shard finds no leader");
        return publisher.get();
    }

    private void consumeAll(int through, String key) throws Exception {
        try (SluiceClient client = cluster.connect(through, "disk", key);
                Inbox inbox = Inbox.of(client, QUEUE)) {
            assertThat(inbox.take(published.size())).isEqualTo(published);
        }
        cluster.awaitEmpty(through, "disk", QUEUE);
        published.clear();
    }
}
