package io.sluice.queuegroups.api;

import java.util.List;
import java.util.Set;

/** Which nodes hold which shard, as this node knows it now. Safe for any thread. */
public final class Placement {
    private volatile State state;

    private record State(List<List<String>> holders, Set<Integer> changing) {}

    /** @param holders ids of the nodes that hold a shard, for each shard */
    public Placement(List<List<String>> holders) {
        state = new State(holders.stream().map(List::copyOf).toList(), Set.of());
    }

    /** @param changing shards whose log is not held by all of these yet, or still by others */
    public void update(List<List<String>> holders, Set<Integer> changing) {
        state = new State(holders.stream().map(List::copyOf).toList(), Set.copyOf(changing));
    }

    public int shardCount() {
        return state.holders().size();
    }

    public List<String> of(int shard) {
        return state.holders().get(shard);
    }

    public boolean isChanging(int shard) {
        return state.changing().contains(shard);
    }

    /** Nodes with the shard's log already: a node that is to hold it has nothing of it before it was let in. */
    public List<String> founders(int shard, String self) {
        State now = state;
        return now.changing().contains(shard)
                ? now.holders().get(shard).stream()
                        .filter(node -> !node.equals(self))
                        .toList()
                : now.holders().get(shard);
    }
}
