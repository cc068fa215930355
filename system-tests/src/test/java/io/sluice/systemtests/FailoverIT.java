package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Delivery;
import io.sluice.client.Publisher;
import io.sluice.protocol.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients see when nodes of a cluster are killed under load. */
@Timeout(180)
class FailoverIT {
    private static final int KEPT = 50;

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

    @Test
    void losesAndRedeliversNothingWhenTheLeaderIsKilled() throws Exception {
        try (Load load = Load.of(cluster, "leader")) {
            int leader = load.leader(0);
            int second = TestCluster.after(leader, 1);
            int third = TestCluster.after(leader, 2);
            load.consumeOn(third).consumeOn(second).produceOn(second).passes(1_000);
            Inbox keeping = Inbox.of(load.connect(third), "orders/kept");
            List<Delivery> kept = keep(load, second, keeping);
            load.takeLongestGapMs();

            cluster.local().kill(leader);
            load.passes(2_000);
            Load.tell("leader killed: no confirm for " + load.takeLongestGapMs() + " ms");
            cluster.local().start(leader);
            load.passes(2_000).finish("leader killed");

            assertThat(load.history().redeliveredCount()).isZero();
            assertThat(keeping.waiting()).isZero();
            kept.forEach(Delivery::ack);
            cluster.awaitEmpty(second, "leader", "orders/kept");
            load.awaitEmpty(leader);
        }
    }

    /** Its node stays away, so nobody tells the leader of a newer start: the messages return when its silence has lasted long enough. */
    @Test
    void messagesOfAConsumerReturnWhenItsNodeIsKilledAndStaysAway() throws Exception {
        try (Load load = Load.of(cluster, "away")) {
            int leader = load.leader(0);
            int killed = TestCluster.after(leader, 1);
            Inbox keeping = Inbox.of(load.connect(killed), "orders/kept");
            List<Delivery> kept = keep(load, leader, keeping);

            cluster.local().kill(killed);
            for (int n = 0; n < KEPT; n++) {
                Delivery again = keeping.next();
                assertThat(Inbox.text(again)).isEqualTo(Inbox.text(kept.get(n)));
                assertThat(again.deliveryCount()).isEqualTo(2);
                again.ack();
            }
            cluster.awaitEmpty(leader, "away", "orders/kept");
            assertThat(keeping.consumer().ended()).isNotDone();
            cluster.local().start(killed);
        }
    }

    private static List<Delivery> keep(Load load, int publishing, Inbox inbox) throws Exception {
        try (Publisher publisher = load.connect(publishing).publisher("orders")) {
            IntStream.range(0, KEPT)
                    .mapToObj(n -> Message.of(("m" + n).getBytes(StandardCharsets.UTF_8)))
                    .forEach(message -> publisher.publish("kept", message, (sequence, rejection) -> {}));
        }
        List<Delivery> kept = new ArrayList<>();
        while (kept.size() < KEPT) {
            kept.add(inbox.next());
        }
        return kept;
    }

    @Test
    void clientsOfAKilledNodeGoOnThroughAnother() throws Exception {
        try (Load load = Load.of(cluster, "follower")) {
            int leader = load.leader(0);
            int killed = TestCluster.after(leader, 1);
            load.consumeOn(TestCluster.after(leader, 2))
                    .consumeOn(killed)
                    .produceOn(killed)
                    .passes(1_000);
            load.takeLongestGapMs();

            cluster.local().kill(killed);
            load.passes(2_000);
            Load.tell("node of the clients killed: no confirm for " + load.takeLongestGapMs() + " ms");
            cluster.local().start(killed);
            load.passes(2_000).finish("node of the clients killed");
            load.awaitEmpty(killed);
        }
    }
}
