package io.sluice.queuegroups.api;

/** What the shards need to know of a tenant; `app` implements it on the tenant directory. Never blocks; safe for any thread. */
public interface TenantLookup {
    /** Share in the fair append, 1–100; 1 for a tenant that is not known (any more). */
    int weight(long tenantId);

    /** The tenant's name for its meters, or an empty string if it is not known (any more). */
    String name(long tenantId);
}
