package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** Clients through it, REST through it, and its replicas up to date. */
    private static void comesBack(Load load, int thawed) throws Exception {
        cluster.awaitServing(thawed);
        load.awaitAnswers(thawed);
        load.consumeOn(thawed).passes(1_000);
        cluster.awaitReplicas(thawed);
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
