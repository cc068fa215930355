package io.sluice.queuegroups.api;

import java.util.List;

/** Told about once a second, for each shard that leads on this node, what the tenants hold in it; who holds nothing is not listed. */
@FunctionalInterface
public interface UsageListener {
    void usage(int shard, List<TenantUse> tenants);

    /** What one tenant holds in one shard. */
    record TenantUse(long tenantId, long storageBytes, long unackedMessages) {}
}
