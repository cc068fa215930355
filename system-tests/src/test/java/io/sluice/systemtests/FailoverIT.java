package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Delivery;
import io.sluice.client.Publisher;
import io.sluice.protocol.Message;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.Subscribe;
import io.vertx.core.json.JsonObject;
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

    @Test
    void aConsumerKeepsWhatItHasInHandWhenItsNodeIsKilled() throws Exception {
        try (Load load = Load.of(cluster, "hand")) {
            goesOnElsewhereWithWhatItHas(load, "hand", TestCluster.after(load.leader(0), 1));
        }
    }

    @Test
    void aConsumerKeepsWhatItHasInHandWhenItsNodeIsKilledThatAlsoLeads() throws Exception {
        try (Load load = Load.of(cluster, "lead")) {
            goesOnElsewhereWithWhatItHas(load, "lead", load.leader(0));
        }
    }

    /** What comes after the messages in hand comes next: were these delivered again, they would come before it, since they regain their place. */
    private static void goesOnElsewhereWithWhatItHas(Load load, String tenant, int killed) throws Exception {
        int other = TestCluster.after(killed, 1);
        cluster.define(0, tenant, "orders/kept", new JsonObject().put("orderByKey", true));
        Inbox keeping = Inbox.of(load.connect(killed), "orders/kept");
        List<Delivery> kept = keep(load, other, keeping);
        Inbox rival = Inbox.of(load.connect(other), "orders/kept");
        kept.get(0).ack();
        try (Publisher publisher = load.connect(other).publisher("orders")) {
            cluster.local().kill(killed);
            kept.get(1).ack();
            publisher.publish("kept", Message.of("later").withKey("key"), (sequence, rejection) -> {});
            Delivery later = keeping.next();
            assertThat(Inbox.text(later)).isEqualTo("later");
            assertThat(later.deliveryCount()).isEqualTo(1);
            later.ack();
        }
        kept.subList(2, KEPT).forEach(Delivery::ack);
        cluster.awaitEmpty(other, tenant, "orders/kept");
        assertThat(keeping.waiting()).isZero();
        assertThat(rival.waiting()).isZero();
        assertThat(keeping.consumer().ended()).isNotDone();
        cluster.local().start(killed);
        cluster.awaitReplicas(killed);
    }

    /** Its node and its client stay away, so nobody tells the leader of a newer start: the messages return when the node's silence has lasted long enough. */
    @Test
    void messagesOfAConsumerReturnWhenItsNodeIsKilledAndItsClientStaysAway() throws Exception {
        try (Load load = Load.of(cluster, "away");
                RawClient leaving = new RawClient(cluster.node(killed(load)).tcp())) {
            int leader = load.leader(0);
            int killed = killed(load);
            leaving.send(RawClient.connect("away", load.key()), new Subscribe(1, KEPT, 0, "orders/kept"));
            publish(load, leader);
            int got = 0;
            while (got < KEPT) {
                for (Frame frame : leaving.read()) {
                    got += frame instanceof Deliver deliver ? deliver.count() : 0;
                }
            }

            cluster.local().kill(killed);
            Inbox next = Inbox.of(load.connect(leader), "orders/kept");
            for (int n = 0; n < KEPT; n++) {
                Delivery again = next.next();
                assertThat(Inbox.text(again)).isEqualTo("m" + n);
                assertThat(again.deliveryCount()).isEqualTo(2);
                again.ack();
            }
            cluster.awaitEmpty(leader, "away", "orders/kept");
            cluster.local().start(killed);
        }
    }

    private static int killed(Load load) throws Exception {
        return TestCluster.after(load.leader(0), 1);
    }

    private static void publish(Load load, int through) throws Exception {
        try (Publisher publisher = load.connect(through).publisher("orders")) {
            IntStream.range(0, KEPT)
                    .mapToObj(n -> Message.of("m" + n).withKey("key"))
                    .forEach(message -> publisher.publish("kept", message, (sequence, rejection) -> {}));
        }
    }

    private static List<Delivery> keep(Load load, int publishing, Inbox inbox) throws Exception {
        publish(load, publishing);
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
