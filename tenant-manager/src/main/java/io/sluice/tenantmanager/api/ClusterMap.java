package io.sluice.tenantmanager.api;

import java.util.ArrayList;
import java.util.List;

/**
 * Which nodes the cluster has, and which of them hold which data shard: decided when the cluster is formed and when a node is added or removed, and kept by the control
 * shard. Immutable.
 *
 * <p><i>Invariants:</i> numbers are from 1 to 65,535 and never given twice, not even after a node is gone; {@code replicas} is empty until the cluster is formed;
 * {@code leaving} is empty or a member that holds no shard any more.
 *
 * @param lastNumber highest number ever given to a node
 * @param members nodes in the order of their numbers
 * @param replicas ids of the nodes that are to hold a data shard, for each data shard
 * @param unsettled logs that are not held by exactly these yet
 * @param leaving id of the node that is being removed, or empty
 * @param removed ids of nodes that were removed
 */
public record ClusterMap(
        int lastNumber,
        List<Member> members,
        List<List<String>> replicas,
        List<String> unsettled,
        String leaving,
        List<String> removed) {
    public static final ClusterMap EMPTY = new ClusterMap(0, List.of(), List.of());
    /** Name of the control shard's log. */
    public static final String CONTROL = "control";

    private static final int MAX_NUMBER = 65_535;
    private static final int FEW_VOTERS = 3;
    private static final int MANY_VOTERS = 5;

    public ClusterMap {
        members = List.copyOf(members);
        replicas = replicas.stream().map(List::copyOf).toList();
        // Of releases that could not change it.
        unsettled = unsettled == null ? List.of() : List.copyOf(unsettled);
        leaving = leaving == null ? "" : leaving;
        removed = removed == null ? List.of() : List.copyOf(removed);
    }

    public ClusterMap(int lastNumber, List<Member> members, List<List<String>> replicas) {
        this(lastNumber, members, replicas, List.of(), "", List.of());
    }

    /**
     * @param number stands for the node in log entries
     * @param host where a node that was added later is reached, empty for one of the nodes that formed the cluster
     */
    public record Member(String id, int number, String host, int raftPort) {
        public Member {
            host = host == null ? "" : host;
        }

        public Member(String id, int number) {
            this(id, number, "", 0);
        }
    }

    /** Name of a data shard's log. */
    public static String log(int shard) {
        return "shard-" + shard;
    }

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

    /** Names the change that is under way, unlike any other: each node that comes raises the highest number, and one that leaves leaves once under its number. */
    public String change() {
        return lastNumber + " " + leaving;
    }

    public boolean isFormed() {
        return !replicas.isEmpty();
    }

    /** Ids of the nodes that stay, in order. */
    public List<String> staying() {
        return members.stream()
                .map(Member::id)
                .filter(id -> !id.equals(leaving))
                .sorted()
                .toList();
    }

    /** Which nodes vote in the control shard; the others follow it without a vote. */
    public List<String> controlVoters() {
        return controlVoters(staying());
    }

    /** An odd number: more would only make each change of the control shard slower. @param nodes sorted ids */
    public static List<String> controlVoters(List<String> nodes) {
        int voters = nodes.size() < MANY_VOTERS ? Math.min(nodes.size(), FEW_VOTERS) : MANY_VOTERS;
        return nodes.subList(0, voters);
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
        ClusterMap map = new ClusterMap(lastNumber, members, placed, unsettled, leaving, removed);
        for (String node : nodes) {
            map = map.with(node);
        }
        return map;
    }

    /** With that node, under a number of its own; this map if it has it already. */
    public ClusterMap with(String id) {
        return with(id, "", 0);
    }

    /** As {@link #with(String)}, for a node that is reached there. */
    public ClusterMap with(String id, String host, int raftPort) {
        if (number(id) > 0) {
            return this;
        }
        if (lastNumber == MAX_NUMBER) {
            throw new IllegalStateException("all numbers for nodes were given: " + MAX_NUMBER);
        }
        List<Member> more = new ArrayList<>(members);
        more.add(new Member(id, lastNumber + 1, host, raftPort));
        List<String> stillRemoved =
                removed.stream().filter(gone -> !gone.equals(id)).toList();
        return new ClusterMap(lastNumber + 1, more, replicas, unsettled, leaving, stillRemoved);
    }

    /** With other holders of the data shards; those that change, and the control shard, are unsettled. @param leavingNode empty for none */
    public ClusterMap placed(List<List<String>> holders, String leavingNode) {
        List<String> changing = new ArrayList<>(List.of(CONTROL));
        for (int shard = 0; shard < holders.size(); shard++) {
            if (!holders.get(shard).equals(replicas.get(shard))) {
                changing.add(log(shard));
            }
        }
        return new ClusterMap(lastNumber, members, holders, changing, leavingNode, removed);
    }

    /** That log is held as it should be; with the last one, a node that leaves is gone. */
    public ClusterMap settled(String log) {
        List<String> left = unsettled.stream().filter(name -> !name.equals(log)).toList();
        if (!left.isEmpty() || leaving.isEmpty()) {
            return new ClusterMap(lastNumber, members, replicas, left, leaving, removed);
        }
        List<Member> rest =
                members.stream().filter(member -> !member.id().equals(leaving)).toList();
        List<String> gone = new ArrayList<>(removed);
        gone.add(leaving);
        return new ClusterMap(lastNumber, rest, replicas, left, "", gone);
    }
}
