package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients see when the nodes of a cluster are stopped in order and started again, under load. */
@Timeout(180)
@Tag("long")
class RestartIT {
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
    void clientsNoticeNothingWhenEachNodeInTurnIsRestarted() throws Exception {
        try (Load load = Load.of(cluster, "rolling")) {
            load.consumeOn(0).consumeOn(1).produceOn(2).passes(1_000);
            for (int node = 0; node < TestCluster.SIZE; node++) {
                load.takeLongestGapMs();
                assertThat(cluster.local().stop(node)).isZero();
                load.passes(1_000);
                Load.tell("node " + node + " stopped: no confirm for " + load.takeLongestGapMs() + " ms");
                cluster.local().start(node);
                cluster.awaitReplicas(node);
                load.passes(1_000);
            }
            load.finish("rolling restart");
            assertThat(load.history().rejectedCount()).isZero();
            assertThat(load.history().redeliveredCount()).isZero();
        }
    }

    @Test
    void nothingIsLostWhenAllNodesAreKilledAndStartedAgain() throws Exception {
        try (Load load = Load.of(cluster, "all")) {
            load.consumeOn(0).consumeOn(1).produceOn(2).passes(1_000);
            for (int node = 0; node < TestCluster.SIZE; node++) {
                cluster.local().kill(node);
            }
            cluster.startAll();
            load.passes(1_000).finish("all nodes killed");
        }
    }
}
