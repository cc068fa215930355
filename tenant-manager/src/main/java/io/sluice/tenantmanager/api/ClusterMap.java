package io.sluice.tenantmanager.api;

import java.util.ArrayList;
import java.util.List;

/**
 * Which nodes the cluster has, and which of them hold which data shard: decided once, when the cluster is formed, and kept by the control shard. Immutable.
 *
 * <p><i>Invariants:</i> numbers are from 1 to 65,535 and never given twice, not even after a node is gone; {@code replicas} is empty until the cluster is formed.
 *
 * @param lastNumber highest number ever given to a node
 * @param members nodes in the order of their numbers
 * @param replicas ids of the nodes that hold a data shard, for each data shard
 */
public record ClusterMap(int lastNumber, List<Member> members, List<List<String>> replicas) {
    public static final ClusterMap EMPTY = new ClusterMap(0, List.of(), List.of());
    private static final int MAX_NUMBER = 65_535;

    public ClusterMap {
        members = List.copyOf(members);
        replicas = replicas.stream().map(List::copyOf).toList();
    }

    /** @param number stands for the node in log entries */
    public record Member(String id, int number) {}

    /** 0 for a node that is not a member. */
    public int number(String id) {
        return members.stream()
                .filter(member -> member.id().equals(id))
                .mapToInt(Member::number)
                .findFirst()
                .orElse(0);
    }

    /** Empty for a number that no member has. */
    public String id(int number) {
        return members.stream()
                .filter(member -> member.number() == number)
                .map(Member::id)
                .findFirst()
                .orElse("");
    }

    public boolean isFormed() {
        return !replicas.isEmpty();
    }

    /** With shards spread over these nodes: shard {@code n} on {@code replicaCount} neighbours in the order given, from the {@code n}th on. */
    public ClusterMap formed(List<String> nodes, int shardCount, int replicaCount) {
        List<List<String>> placed = new ArrayList<>();
        for (int shard = 0; shard < shardCount; shard++) {
            List<String> holders = new ArrayList<>();
            for (int i = 0; i < Math.min(replicaCount, nodes.size()); i++) {
                holders.add(nodes.get((shard + i) % nodes.size()));
            }
            placed.add(holders);
        }
        ClusterMap map = new ClusterMap(lastNumber, members, placed);
        for (String node : nodes) {
            map = map.with(node);
        }
        return map;
    }

    /** With that node, under a number of its own; this map if it has it already. */
    public ClusterMap with(String id) {
        if (number(id) > 0) {
            return this;
        }
        if (lastNumber == MAX_NUMBER) {
            throw new IllegalStateException("all numbers for nodes were given: " + MAX_NUMBER);
        }
        List<Member> more = new ArrayList<>(members);
        more.add(new Member(id, lastNumber + 1));
        return new ClusterMap(lastNumber + 1, more, replicas);
    }
}
