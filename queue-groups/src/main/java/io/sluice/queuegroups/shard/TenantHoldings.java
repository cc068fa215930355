package io.sluice.queuegroups.shard;

/** What a tenant holds, in one shard or in several. Immutable. */
record TenantHoldings(long storageBytes, long unacked, long ready, long delayed, long consumers) {
    static final TenantHoldings NONE = new TenantHoldings(0, 0, 0, 0, 0);

    TenantHoldings plus(TenantHoldings other) {
        return new TenantHoldings(
                storageBytes + other.storageBytes,
                unacked + other.unacked,
                ready + other.ready,
                delayed + other.delayed,
                consumers + other.consumers);
    }
}
