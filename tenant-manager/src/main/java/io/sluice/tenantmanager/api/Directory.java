package io.sluice.tenantmanager.api;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of tenants, from local memory: an immutable picture of each tenant, which a change of the control shard replaces as a whole. Groups and queues appear once their data shard confirmed them. Never blocks; safe for any thread.
 */
public interface Directory {
    /** Checks a key (constant time, whatever the tenant) and answers who it is, or why not ({@code UNAUTHENTICATED}, {@code TENANT_SUSPENDED}, {@code UNAVAILABLE}). */
    AuthResult authenticate(String tenant, String key);

    /** The tenant by its id as it is now, or null once it is deleted. */
    @Nullable
    TenantView tenant(long tenantId);

    /** The tenant by its name, or null. */
    @Nullable
    TenantView tenant(String name);

    /** Called for every change after it is visible here, on the control shard's apply thread: must be quick (hop to your own context). Returns a way to stop. */
    AutoCloseable onChange(Consumer<TenantChange> listener);
}
