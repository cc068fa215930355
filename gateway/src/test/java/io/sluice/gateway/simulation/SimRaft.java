package io.sluice.gateway.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Consensus of one shard, idealised: who may lead is decided by looking at everybody, but by Raft's rules (a majority that can be reached and whose logs are not
 * ahead); what is replicated travels over the simulated network. An old leader lingers until it hears of the new one or misses its majority.
 */
final class SimRaft {
    static final int SNAPSHOT_EVERY = 200;
    private static final long CHECK_NS = 50 * World.MILLI_NS;

    final World world;
    final Network network;
    final Map<String, SimReplica> replicas = new LinkedHashMap<>();
    /** State of the machine at an index, the same wherever it is taken. */
    final Snapshots snapshots;
    /** Plants a fault: entries count as committed where they were appended. */
    boolean confirmsBeforeCommit;
    /** Plants a fault: one replica is majority enough. */
    boolean minorityServes;
    /** Ends a node and starts it again. */
    Consumer<String> restart = id -> {};

    private long term;
    private long leaderlessSinceNs = -1;
    private long patienceNs;

    SimRaft(World world, Network network, Snapshots snapshots) {
        this.world = world;
        this.network = network;
        this.snapshots = snapshots;
        world.after(CHECK_NS, this::check);
    }

    int majority() {
        return minorityServes ? 1 : replicas.size() / 2 + 1;
    }

    /** Consensus broke its promise, as only a planted fault may have it do: the node forgets and begins again, so that the history shows what came of it. */
    void appliedEntryLost(String id) {
        if (!confirmsBeforeCommit && !minorityServes) {
            world.violation(id + " had applied an entry that is no longer in the log");
        }
        restart.accept(id);
    }

    /** Another replica takes over, though the leader is well. */
    void moveLeader() {
        elect(null);
    }

    private void check() {
        boolean led = replicas.values().stream().anyMatch(this::leadsMajority);
        if (led) {
            leaderlessSinceNs = -1;
        } else if (leaderlessSinceNs < 0) {
            leaderlessSinceNs = world.nowNs();
            patienceNs = world.drawNs(100_000, 1_500_000);
        } else if (world.nowNs() - leaderlessSinceNs > patienceNs) {
            elect(null);
            leaderlessSinceNs = -1;
        }
        if (minorityServes) {
            replicas.values().stream()
                    .filter(each ->
                            each.runs() && !each.leads() && world.nowNs() - each.heardNs() > 1_000 * World.MILLI_NS)
                    .forEach(this::elect);
        }
        world.after(CHECK_NS, this::check);
    }

    private boolean leadsMajority(SimReplica replica) {
        return replica.runs()
                && replica.leads()
                && replica.term() == term
                && reachable(replica).size() >= majority();
    }

    private List<SimReplica> reachable(SimReplica from) {
        List<SimReplica> reached = new ArrayList<>();
        for (SimReplica each : replicas.values()) {
            if (each.runs() && network.bothWays(from.id(), each.id())) {
                reached.add(each);
            }
        }
        return reached;
    }

    private void elect(SimReplica only) {
        List<SimReplica> candidates = new ArrayList<>(only == null ? replicas.values() : List.of(only));
        Collections.shuffle(candidates, world.random);
        for (SimReplica candidate : candidates) {
            if (candidate.runs() && !leadsMajority(candidate)) {
                List<SimReplica> voters = reachable(candidate);
                voters.removeIf(voter -> voter.isAheadOf(candidate));
                if (voters.size() >= majority()) {
                    term++;
                    voters.forEach(voter -> voter.heardOfTerm(term));
                    world.note("elected " + candidate.id() + " in term " + term);
                    candidate.lead(term);
                    return;
                }
            }
        }
    }
}
