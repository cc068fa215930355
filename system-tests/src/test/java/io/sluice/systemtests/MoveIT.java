package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Delivery;
import io.sluice.client.Publisher;
import io.sluice.protocol.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A queue group goes to another shard while its clients use it. */
@Timeout(240)
class MoveIT {
    private static final int KEPT = 50;
    private static final int SHARDS = 2;

    @TempDir
    static Path dir;

    private static TestCluster cluster;

    @BeforeAll
    static void startNodes() throws Exception {
        cluster = TestCluster.start(dir.resolve("data"));
    }

    @AfterAll
    static void stopNodes() {
        cluster.close();
    }

    private static String path(String tenant) {
        return "/v1/tenants/" + tenant + "/groups/orders";
    }

    private static int shard(int through, String tenant) throws IOException {
        return new JsonObject(cluster.node(through).admin("GET", path(tenant), "")).getInteger("shard");
    }

    /** Has the group go to the other shard and waits until it is there and nothing of it is left in the old one. */
    private static void move(int through, String tenant) throws IOException {
        int to = (shard(through, tenant) + 1) % SHARDS;
        cluster.node(through)
                .admin(
                        "POST",
                        path(tenant) + "/move",
                        new JsonObject().put("shard", to).encode());
        awaitMoved(through, tenant, to);
    }

    private static void awaitMoved(int through, String tenant, int to) {
        Eventually.holds(
                () -> shard(through, tenant) == to && pending(through, tenant).equals("0"),
                () -> tenant + " does not get to shard " + to);
    }

    private static String pending(int through, String tenant) throws IOException {
        return new JsonObject(cluster.node(through).admin("GET", "/v1/pending?tenant=" + tenant, ""))
                .getValue("count")
                .toString();
    }

    @Test
    void clientsNoticeNothingWhileTheirGroupGoesThereAndBack() throws Exception {
        try (Load load = Load.of(cluster, "there")) {
            load.consumeOn(0).consumeOn(1).produceOn(2).passes(1_000);
            Inbox keeping = Inbox.of(load.connect(1), "orders/kept");
            List<Delivery> kept = keep(load, keeping);
            for (int time = 0; time < 4; time++) {
                load.takeLongestGapMs();
                move(time % TestCluster.SIZE, "there");
                load.passes(1_000);
                Load.tell("group moved: no confirm for " + load.takeLongestGapMs() + " ms");
            }
            load.finish("group moved four times");

            assertThat(load.history().redeliveredCount()).isZero();
            assertThat(keeping.waiting()).isZero();
            kept.forEach(Delivery::ack);
            cluster.awaitEmpty(0, "there", "orders/kept");
            load.awaitEmpty(0);
        }
    }

    private static List<Delivery> keep(Load load, Inbox keeping) throws Exception {
        try (Publisher publisher = load.connect(2).publisher("orders")) {
            IntStream.range(0, KEPT).forEach(n -> {
                var unused = publisher.publish("kept", Message.of(("kept " + n).getBytes(StandardCharsets.UTF_8)));
            });
            assertThat(publisher.awaitOutcomes(60_000)).isTrue();
        }
        List<Delivery> kept = new ArrayList<>();
        for (int n = 0; n < KEPT; n++) {
            kept.add(keeping.next());
        }
        return kept;
    }

    /** Twelve thousand messages of 2 kB wait. */
    @Test
    void aBacklogGoesAlongInOrder() throws Exception {
        int count = 12_000;
        String key = cluster.onboard(0, "backlog", "orders/created");
        List<String> sent = new ArrayList<>();
        try (var client = cluster.connect(0, "backlog", key);
                Publisher publisher = client.publisher("orders")) {
            for (int n = 0; n < count; n++) {
                String text = n + " " + "x".repeat(2_000);
                sent.add(text);
                var unused = publisher.publish("created", Message.of(text.getBytes(StandardCharsets.UTF_8)));
            }
            assertThat(publisher.awaitOutcomes(60_000)).isTrue();
        }
        move(1, "backlog");
        try (var client = cluster.connect(2, "backlog", key);
                Inbox inbox = Inbox.of(client, "orders/created")) {
            assertThat(inbox.take(count)).isEqualTo(sent);
        }
        cluster.awaitEmpty(0, "backlog", "orders/created");
    }

    @Test
    @Tag("long")
    void nothingIsLostWhenLeadersAreKilledWhileTheGroupMoves() throws Exception {
        try (Load load = Load.of(cluster, "killed")) {
            for (int time = 0; time < 4; time++) {
                int from = shard(0, "killed");
                int to = (from + 1) % SHARDS;
                int victim = cluster.leader(0, "shard-" + (time % 2 == 0 ? from : to));
                int other = TestCluster.after(victim, 1);
                if (time == 0) {
                    load.consumeOn(other)
                            .consumeOn(TestCluster.after(victim, 2))
                            .produceOn(other);
                }
                load.passes(1_000);
                load.takeLongestGapMs();
                Thread ordering = order(other, to);
                cluster.local().kill(victim);
                ordering.join();
                awaitMoved(other, "killed", to);
                load.passes(1_000);
                Load.tell("leader killed while a group moves: no confirm for " + load.takeLongestGapMs() + " ms");
                cluster.local().start(victim);
                cluster.awaitReplicas(victim);
            }
            load.finish("leaders killed while the group moves");
        }
    }

    /** Returns as soon as the move is under way. */
    private static Thread order(int through, int to) {
        Thread ordering = new Thread(
                () -> {
                    try {
                        String body = new JsonObject().put("shard", to).encode();
                        cluster.node(through).admin("POST", path("killed") + "/move", body);
                    } catch (IOException e) {
                        Load.tell("ordered: " + e.getMessage());
                    }
                },
                "ordering");
        ordering.start();
        Eventually.holds(
                () -> shard(through, "killed") == to
                        || !pending(through, "killed").equals("0"),
                () -> "the move does not begin");
        return ordering;
    }
}
