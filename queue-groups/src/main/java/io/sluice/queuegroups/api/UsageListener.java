package io.sluice.queuegroups.api;

/** Told about once a second, for each tenant, what it holds in all shards that lead on this node. */
@FunctionalInterface
public interface UsageListener {
    void usage(long tenantId, long storageBytes, long unackedMessages);
}
