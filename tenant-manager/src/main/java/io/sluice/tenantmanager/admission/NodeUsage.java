package io.sluice.tenantmanager.admission;

import java.util.List;

/** What one node counts of its tenants itself; who uses nothing there is not listed. Immutable. */
record NodeUsage(String node, List<Tenant> tenants) {
    NodeUsage {
        tenants = List.copyOf(tenants);
    }

    record Tenant(long tenantId, long connections, long reservedUnacked) {}
}
