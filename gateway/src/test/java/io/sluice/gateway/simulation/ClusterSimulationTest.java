package io.sluice.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster that suffers what a seed draws, and must keep what it promised.
 *
 * <p>{@code -Dsluice.simulation.first}: first seed; {@code -Dsluice.simulation.seeds}: how many; {@code -Dsluice.simulation.faults}: comma-separated names, all
 * unless given; {@code -Dsluice.simulation.chaosMs}: simulated time with faults.
 */
class ClusterSimulationTest {
    private static final long FIRST = Long.getLong("sluice.simulation.first", 1);
    private static final int SEEDS = Integer.getInteger("sluice.simulation.seeds", 5);
    private static final int CHAOS_MS = Integer.getInteger("sluice.simulation.chaosMs", 60_000);

    private int runs;

    @TempDir
    Path folder;

    @Test
    void nothingPromisedIsLostWhateverFails() {
        StringBuilder failures = new StringBuilder();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Cluster cluster = run(seed, faults());
            if (!cluster.world.violations.isEmpty()) {
                failures.append("seed ").append(seed).append(": ").append(cluster.history.summary());
                failures.append('\n').append(String.join("\n", first(cluster))).append('\n');
                if (SEEDS == 1) {
                    failures.append(cluster.world.trace());
                }
            }
        }
        assertThat(failures.toString()).isEmpty();
    }

    @Test
    void nothingIsRedeliveredWhereNothingFails() {
        Cluster cluster = run(FIRST, EnumSet.noneOf(Fault.class));
        assertThat(cluster.world.violations).isEmpty();
        assertThat(cluster.history.confirmedCount()).isGreaterThan(1_000);
    }

    /** Connections break and nodes die, with leaders and without; clients come back on any node. */
    @Test
    void consumersFindWhatTheyHeldOnWhicheverNodeTheirClientsComeBack() {
        int resumed = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Cluster cluster = cluster("back-" + seed, seed);
            cluster.graceHolds = true;
            cluster.begin();
            cluster.suffer(EnumSet.of(Fault.DROP_CLIENT, Fault.KILL, Fault.MOVE_LEADER), CHAOS_MS);
            cluster.settle();
            assertThat(cluster.world.violations).as("seed %s", seed).isEmpty();
            resumed += cluster.consumers().stream()
                    .mapToInt(SimConsumer::resumedCount)
                    .sum();
        }
        assertThat(resumed).isGreaterThan(5 * SEEDS);
    }

    @Test
    void nothingIsRedeliveredWhereGroupsMoveAndNothingFails() {
        Cluster cluster = run(FIRST, EnumSet.of(Fault.MOVE_GROUP));
        assertThat(cluster.world.violations).isEmpty();
        assertThat(cluster.control.movedCount()).isGreaterThan(5);
        assertThat(cluster.history.confirmedCount()).isGreaterThan(1_000);
    }

    @Test
    void replicasCompareTheirStatesAndAgreeWhileLeadersChange() {
        Cluster cluster = cluster("hashes");
        cluster.begin();
        cluster.suffer(EnumSet.of(Fault.MOVE_LEADER), 700_000);
        cluster.settle();
        assertThat(cluster.world.violations).isEmpty();
        assertThat(cluster.nodes()).anyMatch(node -> node.stateHashIndex() > 0);
    }

    @Test
    void replicaThatMissedAnEntryIsFoundByTheStateHash() {
        Cluster cluster = cluster("missed");
        cluster.begin();
        cluster.runQuietly(10_000);
        cluster.raft.replicas.get("n2").skipsNext = true;
        cluster.raft.replicas.get("n1").skipsNext = true;
        cluster.runQuietly(700_000);
        assertThat(cluster.world.violations).anyMatch(each -> each.contains("differs from the leader's by its hash"));
    }

    @Test
    void sameSeedGivesTheSameRun() {
        Cluster one = run(FIRST, faults());
        Cluster two = run(FIRST, faults());
        assertThat(two.world.trace()).isEqualTo(one.world.trace());
    }

    private static List<String> first(Cluster cluster) {
        return cluster.world.violations.stream().limit(6).toList();
    }

    private Cluster cluster(String name) {
        return cluster(name, FIRST);
    }

    private Cluster cluster(String name, long seed) {
        return new Cluster(seed, folder.resolve(name));
    }

    private Cluster run(long seed, Set<Fault> faults) {
        Cluster cluster = new Cluster(seed, folder.resolve(seed + "-" + ++runs));
        cluster.begin();
        cluster.suffer(faults, CHAOS_MS);
        cluster.settle();
        return cluster;
    }

    private static Set<Fault> faults() {
        String names = System.getProperty("sluice.simulation.faults", "");
        if (names.isEmpty()) {
            return EnumSet.allOf(Fault.class);
        }
        return Stream.of(names.split(","))
                .map(name -> Fault.valueOf(name.trim().toUpperCase(Locale.ROOT)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Fault.class)));
    }
}
