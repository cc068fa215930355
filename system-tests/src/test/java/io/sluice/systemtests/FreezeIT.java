package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Consumer;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import io.sluice.protocol.ErrorCode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients see when nodes of a cluster stand still (SIGSTOP): they keep their connections, and say nothing. */
@Timeout(180)
@Tag("long")
class FreezeIT {
    /** Longer than the grid waits before it gives a silent member up. */
    private static final int FROZEN_S = Integer.getInteger("sluice.test.frozenSeconds", 15);

    private static final int FLOOD_BYTES = 768 << 20;
    private static final int BODY_BYTES = 16 << 10;

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
    void goesOnWithoutALeaderThatStandsStillAndTakesItBack() throws Exception {
        try (Load load = Load.of(cluster, "frozen")) {
            int leader = load.leader(0);
            int second = TestCluster.after(leader, 1);
            load.consumeOn(TestCluster.after(leader, 2))
                    .consumeOn(second)
                    .produceOn(second)
                    .passes(1_000);
            load.takeLongestGapMs();

            cluster.local().freeze(leader);
            try {
                load.passes(2_000);
                Load.tell("leader frozen: no confirm for " + load.takeLongestGapMs() + " ms");
                TimeUnit.SECONDS.sleep(FROZEN_S);
            } finally {
                cluster.local().thaw(leader);
            }
            load.passes(2_000);
            comesBack(load, leader);
            load.finish("leader frozen for " + FROZEN_S + " s");
            assertThat(load.history().redeliveredCount()).isZero();
        }
    }

    /** Its producer and a consumer with messages in hand, all of which go on elsewhere while their node stands still. */
    @Test
    void clientsOfANodeThatStandsStillGoOnThroughAnother() throws Exception {
        try (Load load = Load.of(cluster, "stuck")) {
            int frozen = TestCluster.after(load.leader(0), 1);
            load.consumeOn(frozen)
                    .consumeOn(TestCluster.after(frozen, 1))
                    .produceOn(frozen)
                    .passes(1_000);
            load.takeLongestGapMs();

            cluster.local().freeze(frozen);
            try {
                load.passes(2_000);
                Load.tell("the clients' node frozen: no confirm for " + load.takeLongestGapMs() + " ms");
            } finally {
                cluster.local().thaw(frozen);
            }
            cluster.awaitServing(frozen);
            load.finish("the clients' node frozen");
            assertThat(load.history().redeliveredCount()).isZero();
        }
    }

    /** Clients through it, REST through it, and its replicas up to date. */
    private static void comesBack(Load load, int thawed) throws Exception {
        cluster.awaitServing(thawed);
        load.awaitAnswers(thawed);
        load.consumeOn(thawed).passes(1_000);
        cluster.awaitReplicas(thawed);
    }

    /** A node's heap and its direct memory hold 256 MB each: what the others kept for a silent one without bound would not fit. */
    @Test
    void memoryOfTheOthersStaysBoundedWhileANodeWithAConsumerStandsStill() throws Exception {
        String key = cluster.onboard(0, "flood", "orders/created");
        int leader = cluster.leaderOf(0, "flood", "orders");
        int frozen = TestCluster.after(leader, 1);
        int third = TestCluster.after(leader, 2);
        History history = new History();
        try (SluiceClient silent = cluster.connect(frozen, "flood", key);
                SluiceClient client = cluster.connect(third, "flood", key);
                Consumer stuck = Traffic.consume(history, silent, "orders/created");
                Consumer consumer = Traffic.consume(history, client, "orders/created");
                Publisher publisher = client.publisher("orders")) {
            flood(history, publisher, 1_000);
            cluster.local().freeze(frozen);
            try {
                flood(history, publisher, FLOOD_BYTES / BODY_BYTES);
            } finally {
                cluster.local().thaw(frozen);
            }
            Eventually.holds(history::isSettled, () -> "not everything came: " + history);
            assertThat(stuck.ended()).isNotDone();
            assertThat(consumer.ended()).isNotDone();
        }
        Load.tell("flood beside a frozen node: " + history);
        assertThat(history.faults()).as("%s", history).isEqualTo(History.Faults.NONE);
        assertThat(history.confirmedCount()).as("%s", history).isEqualTo(history.publishedCount());
        cluster.awaitReplicas(frozen);
    }

    /** Each message with a key of its own, since the queue keeps no order between two consumers. */
    private static void flood(History history, Publisher publisher, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            Traffic.publish(history, publisher, BODY_BYTES, Integer.MAX_VALUE, () -> {});
        }
        assertThat(publisher.awaitOutcomes(60_000)).isTrue();
    }

    @Test
    void refusesClientsWithoutAMajorityAndServesThemAgainByItself() throws Exception {
        String key = cluster.onboard(0, "alone", "orders/created");
        cluster.local().freeze(1);
        cluster.local().freeze(2);
        try {
            Eventually.holds(
                    () -> refusal("alone", key) == ErrorCode.UNAVAILABLE, () -> "a node alone still takes clients");
        } finally {
            cluster.local().thaw(1);
            cluster.local().thaw(2);
        }
        Eventually.holds(() -> refusal("alone", key) == null, () -> "the node takes no clients again");
        try (Load load = Load.of(cluster, "again")) {
            load.consumeOn(1).produceOn(0).passes(500).finish("two nodes frozen");
        }
    }

    private static ErrorCode refusal(String tenant, String key) {
        try (SluiceClient unused = cluster.connect(0, tenant, key)) {
            return null;
        } catch (SluiceException refused) {
            return refused.code();
        }
    }
}
