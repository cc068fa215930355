package io.sluice.queuegroups.shard;

import io.sluice.metrics.Meters;
import io.sluice.queuegroups.api.TenantLookup;
import io.sluice.queuegroups.api.UsageListener;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of all tenants and what each holds over all shards that lead on this node. Safe for any thread. */
final class NodeFigures {
    private final Meters meters;
    private final TenantLookup tenants;
    private final Map<Long, TenantFigures> byTenant = new ConcurrentHashMap<>();
    private final Map<Integer, Long2ObjectMap<TenantHoldings>> byShard = new ConcurrentHashMap<>();
    private final Map<Long, TenantHoldings> told = new ConcurrentHashMap<>();

    NodeFigures(Meters meters, TenantLookup tenants) {
        this.meters = meters;
        this.tenants = tenants;
    }

    TenantFigures tenant(long tenantId) {
        return byTenant.computeIfAbsent(tenantId, id -> TenantFigures.of(meters, nameOf(id)));
    }

    /** Replaces what the shard reported before. */
    void report(int shard, Long2ObjectMap<TenantHoldings> holdings) {
        byShard.put(shard, holdings);
    }

    /** The shard no longer leads here: what it holds is for another node to tell. */
    void forget(int shard) {
        byShard.remove(shard);
    }

    /** Sums up, sets the gauges and tells the listener; called from one timer. */
    void publish(UsageListener listener) {
        Long2ObjectOpenHashMap<TenantHoldings> sums = new Long2ObjectOpenHashMap<>();
        byShard.values()
                .forEach(shard ->
                        shard.forEach((tenantId, holds) -> sums.merge((long) tenantId, holds, TenantHoldings::plus)));
        told.keySet().forEach(tenantId -> sums.putIfAbsent((long) tenantId, TenantHoldings.NONE));
        sums.forEach((tenantId, holds) -> {
            boolean nothing = holds.equals(TenantHoldings.NONE);
            TenantHoldings before = nothing ? told.remove(tenantId) : told.put(tenantId, holds);
            // An idle tenant costs nothing here: most of them may be.
            if (!nothing || before != null) {
                tenant(tenantId).holds(holds);
            }
        });
        byTenant.keySet()
                .removeIf(tenantId -> !told.containsKey(tenantId)
                        && tenantId != 0
                        && tenants.name(tenantId).isEmpty());
        byShard.forEach((shard, holdings) -> listener.usage(shard, uses(holdings)));
    }

    private static List<UsageListener.TenantUse> uses(Long2ObjectMap<TenantHoldings> holdings) {
        return holdings.long2ObjectEntrySet().stream()
                .filter(entry ->
                        entry.getValue().storageBytes() > 0 || entry.getValue().unacked() > 0)
                .map(entry -> new UsageListener.TenantUse(
                        entry.getLongKey(),
                        entry.getValue().storageBytes(),
                        entry.getValue().unacked()))
                .toList();
    }

    private String nameOf(long tenantId) {
        if (tenantId == 0) {
            return "_node";
        }
        String name = tenants.name(tenantId);
        return name.isEmpty() ? "_unknown" : name;
    }
}
