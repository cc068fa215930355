package io.sluice.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.bus.EventBatch;
import io.sluice.queuegroups.bus.LoopReport;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulation sees what it is there for: each promise, broken on purpose, shows in the history within a few seeds. */
class PlantedFaultsTest {
    private static final int SEEDS = 20;
    private static final String LOST = "never came";

    @TempDir
    Path folder;

    @Test
    void confirmBeforeCommitLosesMessages() {
        sees(EnumSet.of(Fault.ISOLATE, Fault.KILL), cluster -> cluster.raft.confirmsBeforeCommit = true, LOST);
    }

    @Test
    void minorityThatServesLosesMessages() {
        sees(EnumSet.of(Fault.ISOLATE), cluster -> cluster.raft.minorityServes = true, LOST);
    }

    @Test
    void withoutComparisonOfDeliveriesThoseLostWithALeaderNeverCome() {
        sees(EnumSet.of(Fault.MOVE_LEADER), cluster -> cluster.bus.dropped = PlantedFaultsTest::compares, LOST);
    }

    @Test
    void withoutAGraceForThoseOfADeadNodeConsumersAreRefusedThatComeBackInTime() {
        sees(EnumSet.of(Fault.KILL), PlantedFaultsTest::leaveNoGrace, "came back in time");
    }

    private static void leaveNoGrace(Cluster cluster) {
        cluster.graceHolds = true;
        cluster.lostGatewayGraceMs = 0;
    }

    private static boolean compares(Object body) {
        return body instanceof LoopReport report && !report.asks().isEmpty()
                || body instanceof EventBatch batch
                        && batch.events().stream().anyMatch(ShardEvent.ConsumerState.class::isInstance);
    }

    private void sees(Set<Fault> faults, Consumer<Cluster> plant, String violation) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Cluster cluster = new Cluster(seed, folder.resolve("planted-" + seed));
            plant.accept(cluster);
            cluster.begin();
            cluster.suffer(faults, 30_000);
            cluster.settle();
            if (cluster.world.violations.stream().anyMatch(each -> each.contains(violation))) {
                return;
            }
        }
        assertThat(SEEDS).as("seeds run without a violation '%s'", violation).isZero();
    }
}
