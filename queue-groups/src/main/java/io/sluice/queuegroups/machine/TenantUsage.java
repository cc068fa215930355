package io.sluice.queuegroups.machine;

/**
 * What a tenant holds in one shard at one moment.
 *
 * @param storageBytes bytes of all live messages, those being released in steps included
 * @param unacked messages checked out
 */
public record TenantUsage(long tenantId, long storageBytes, long unacked) {}
