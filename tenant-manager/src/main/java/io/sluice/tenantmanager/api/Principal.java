package io.sluice.tenantmanager.api;

/**
 * Who a session is: a tenant's key with its permissions. Immutable; safe for any thread.
 *
 * @param tenantId never reused
 * @param tenant the tenant's name
 * @param keyName name of the key that was shown
 * @param permissions what it may do
 */
public record Principal(long tenantId, String tenant, String keyName, Permissions permissions) {}
