package io.sluice.app;

import io.sluice.queuegroups.api.TenantLookup;
import io.sluice.queuegroups.api.UsageListener;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.TenantView;
import org.jspecify.annotations.Nullable;

/**
 * What the shards ask and tell of tenants. The shards start first, because the tenant manager sends them what they should hold; until it is there, every
 * tenant is unknown to them. Safe for any thread.
 */
final class TenantLink implements TenantLookup, UsageListener {
    private volatile @Nullable Directory directory;
    private volatile @Nullable Admission admission;

    void connect(Directory tenants, Admission gates) {
        directory = tenants;
        admission = gates;
    }

    @Override
    public int weight(long tenantId) {
        TenantView tenant = view(tenantId);
        return tenant == null ? 1 : tenant.weight();
    }

    @Override
    public String name(long tenantId) {
        TenantView tenant = view(tenantId);
        return tenant == null ? "" : tenant.name();
    }

    @Override
    public void usage(long tenantId, long storageBytes, long unackedMessages) {
        Admission gates = admission;
        if (gates != null) {
            gates.reportUsage(tenantId, storageBytes, unackedMessages);
        }
    }

    private @Nullable TenantView view(long tenantId) {
        Directory tenants = directory;
        return tenants == null ? null : tenants.tenant(tenantId);
    }
}
