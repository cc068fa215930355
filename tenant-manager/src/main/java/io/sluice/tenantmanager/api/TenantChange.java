package io.sluice.tenantmanager.api;

/** Something about a tenant changed; read the new state from the {@link Directory}. */
public sealed interface TenantChange {
    long tenantId();

    /** Limits, weight, groups or queues were changed or added. */
    record Updated(long tenantId) implements TenantChange {}

    /** Its sessions must be closed. */
    record Suspended(long tenantId) implements TenantChange {}

    /**
     * Its sessions must be closed; it is gone for good.
     *
     * @param name what it was called; a new tenant may take the name, never the id
     */
    record Deleted(long tenantId, String name) implements TenantChange {}

    /** The key was revoked, replaced or given other permissions: sessions of this key must be closed (where it still exists they may come back). */
    record KeyRevoked(long tenantId, String keyName) implements TenantChange {}
}
