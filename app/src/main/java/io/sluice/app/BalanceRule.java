package io.sluice.app;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a shard's leadership goes to the node that should have it: the first of its replicas, which placement spreads evenly.
 *
 * <p>Slow on purpose: nothing moves until all shards have had the leaders that they have now for a while, and one moves at a time, the first that is misplaced, so
 * that all nodes come to the same next step. *Confined to:* one thread.
 */
final class BalanceRule {
    static final long CALM_NS = 10_000_000_000L;
    private static final long NEAR_ENTRIES = 1_000;

    private final String self;
    private final Map<String, Lead> leads = new HashMap<>();

    BalanceRule(String self) {
        this.self = self;
    }

    /** Since when a node is known to lead. */
    private record Lead(String node, long sinceNs) {}

    /**
     * A shard as it is now.
     *
     * @param leader empty while there is none
     * @param preferred node that should lead it
     * @param preferredServes whether that one is heard of, serves clients and follows this leader
     * @param preferredLagEntries how far it is behind
     */
    record Shard(String name, String leader, String preferred, boolean preferredServes, long preferredLagEntries) {}

    /** The shard that this node should hand over now, or null. */
    @Nullable
    Shard next(List<Shard> shards, long nowNs) {
        boolean calm = true;
        for (Shard shard : shards) {
            Lead known = leads.get(shard.name());
            if (known == null || !known.node().equals(shard.leader())) {
                known = new Lead(shard.leader(), nowNs);
                leads.put(shard.name(), known);
            }
            calm &= !shard.leader().isEmpty() && nowNs - known.sinceNs() >= CALM_NS;
        }
        if (!calm) {
            return null;
        }
        return shards.stream()
                .filter(shard -> !shard.leader().equals(shard.preferred())
                        && shard.preferredServes()
                        && shard.preferredLagEntries() <= NEAR_ENTRIES)
                .findFirst()
                .filter(shard -> shard.leader().equals(self))
                .orElse(null);
    }

    /** A transfer was tried: whatever came of it, the next one waits as after a change. */
    void tried(Shard shard, long nowNs) {
        leads.put(shard.name(), new Lead(shard.leader(), nowNs));
    }
}
