package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.Principal;
import io.sluice.tenantmanager.api.TenantChange;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

/** The tenants that have sessions on this event loop. <em>Confined to:</em> one event loop. */
final class TenantFlows {
    private final Admission admission;
    private final GatewayMeters meters;
    private final Timers timers;
    private final long maxInFlightBytesPerTenant;
    private final Long2ObjectOpenHashMap<TenantFlow> flows = new Long2ObjectOpenHashMap<>();

    TenantFlows(Admission admission, GatewayMeters meters, Timers timers, long maxInFlightBytesPerTenant) {
        this.admission = admission;
        this.meters = meters;
        this.timers = timers;
        this.maxInFlightBytesPerTenant = maxInFlightBytesPerTenant;
    }

    TenantFlow join(Principal principal, Connection connection) {
        TenantFlow flow = flows.computeIfAbsent(
                principal.tenantId(),
                id -> new TenantFlow(
                        id,
                        admission.gate(id),
                        meters.tenant(id, principal.tenant()),
                        timers,
                        new Budget(maxInFlightBytesPerTenant)));
        flow.add(connection);
        return flow;
    }

    void leave(TenantFlow flow, Connection connection) {
        if (flow.remove(connection)) {
            flows.remove(flow.tenantId);
        }
    }

    void changed(TenantChange change) {
        TenantFlow flow = flows.get(change.tenantId());
        if (flow == null) {
            return;
        }
        if (change instanceof TenantChange.Suspended) {
            flow.end("", ErrorCode.TENANT_SUSPENDED, "the tenant was suspended");
        } else if (change instanceof TenantChange.Deleted) {
            flow.end("", ErrorCode.UNAUTHENTICATED, "the tenant was deleted");
        } else if (change instanceof TenantChange.KeyRevoked revoked) {
            flow.end(revoked.keyName(), ErrorCode.UNAUTHENTICATED, "key " + revoked.keyName() + " was revoked");
        } else {
            flow.limitsChanged();
        }
    }
}
