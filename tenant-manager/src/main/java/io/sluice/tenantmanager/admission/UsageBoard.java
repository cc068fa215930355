package io.sluice.tenantmanager.admission;

import io.sluice.tenantmanager.api.ShardUsage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The last report of each shard and of each other node.
 *
 * <p>Of a shard the last word counts, whoever leads it then and however old it is: while nobody leads it, nothing changes there. A node counts only while it is heard of:
 * its clients go elsewhere. Safe for any thread; the answers of what changes it are the tenants concerned.
 */
final class UsageBoard {
    /** Three reports missed. */
    private static final long SILENT_NS = 3_500_000_000L;

    private final Map<Integer, Map<Long, ShardUsage.Tenant>> shards = new HashMap<>();
    private final Map<String, Heard> nodes = new HashMap<>();

    private record Heard(long atNs, Map<Long, NodeUsage.Tenant> tenants) {}

    synchronized Set<Long> shard(ShardUsage usage) {
        Map<Long, ShardUsage.Tenant> now = new HashMap<>();
        usage.tenants().forEach(tenant -> now.put(tenant.tenantId(), tenant));
        Map<Long, ShardUsage.Tenant> before = shards.put(usage.shard(), now);
        return both(now.keySet(), before == null ? Set.of() : before.keySet());
    }

    synchronized Set<Long> node(NodeUsage usage, long nowNs) {
        Map<Long, NodeUsage.Tenant> now = new HashMap<>();
        usage.tenants().forEach(tenant -> now.put(tenant.tenantId(), tenant));
        Heard before = nodes.put(usage.node(), new Heard(nowNs, now));
        return both(now.keySet(), before == null ? Set.of() : before.tenants().keySet());
    }

    /** Forgets the nodes that fell silent. */
    synchronized Set<Long> forgetSilent(long nowNs) {
        Set<Long> concerned = new HashSet<>();
        for (Iterator<Heard> each = nodes.values().iterator(); each.hasNext(); ) {
            Heard heard = each.next();
            if (nowNs - heard.atNs() > SILENT_NS) {
                concerned.addAll(heard.tenants().keySet());
                each.remove();
            }
        }
        return concerned;
    }

    synchronized Held held(long tenantId) {
        long storage = 0;
        long unacked = 0;
        for (Map<Long, ShardUsage.Tenant> shard : shards.values()) {
            ShardUsage.Tenant tenant = shard.get(tenantId);
            storage += tenant == null ? 0 : tenant.storageBytes();
            unacked += tenant == null ? 0 : tenant.unackedMessages();
        }
        long connections = 0;
        long reserved = 0;
        for (Heard node : nodes.values()) {
            NodeUsage.Tenant tenant = node.tenants().get(tenantId);
            connections += tenant == null ? 0 : tenant.connections();
            reserved += tenant == null ? 0 : tenant.reservedUnacked();
        }
        return new Held(storage, unacked, connections, reserved);
    }

    private static Set<Long> both(Set<Long> some, Set<Long> others) {
        Set<Long> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }
}
