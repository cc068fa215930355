package io.sluice.app;

import io.sluice.metrics.Meters;
import io.sluice.queuegroups.api.TenantLookup;
import io.sluice.queuegroups.api.UsageListener;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the shards ask and tell of tenants. The shards start first, because the tenant manager sends them what they should hold; until it is there, every
 * tenant is unknown to them. A deleted tenant's series go with it. Safe for any thread.
 */
final class TenantLink implements TenantLookup, UsageListener {
    private final Meters meters;
    private volatile @Nullable Directory directory;
    private volatile @Nullable Admission admission;

    TenantLink(Meters meters) {
        this.meters = meters;
    }

    /** After admission listens to the directory: a gate that closes later would still count. */
    void connect(Directory tenants, Admission gates) {
        directory = tenants;
        admission = gates;
        tenants.onChange(this::changed);
    }

    private void changed(TenantChange change) {
        if (change instanceof TenantChange.Deleted deleted) {
            meters.removeTenant(deleted.name());
        }
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
    public void usage(int shard, List<TenantUse> tenants) {
        Admission gates = admission;
        if (gates != null) {
            gates.reportUsage(new ShardUsage(
                    shard,
                    tenants.stream()
                            .map(use ->
                                    new ShardUsage.Tenant(use.tenantId(), use.storageBytes(), use.unackedMessages()))
                            .toList()));
        }
    }

    private @Nullable TenantView view(long tenantId) {
        Directory tenants = directory;
        return tenants == null ? null : tenants.tenant(tenantId);
    }
}
