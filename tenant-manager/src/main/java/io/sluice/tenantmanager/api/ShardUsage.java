package io.sluice.tenantmanager.api;

import java.util.List;

/** What tenants hold in one shard, told by the node that leads it. Immutable. */
public record ShardUsage(int shard, List<Tenant> tenants) {
    public ShardUsage {
        tenants = List.copyOf(tenants);
    }

    public record Tenant(long tenantId, long storageBytes, long unackedMessages) {}
}
