package io.sluice.queuegroups.machine;

/** What one tenant's runs cost: the log entries they pin, the bytes they store. Shared by the tenant's groups of a shard. */
final class Ledger {
    private final long tenantId;
    private final PinTable pins;
    private long storageBytes;
    private long unacked;

    Ledger(long tenantId, PinTable pins) {
        this.tenantId = tenantId;
        this.pins = pins;
    }

    long tenantId() {
        return tenantId;
    }

    void hold(Run run) {
        pins.pin(run);
        storageBytes += run.bytes();
    }

    void release(Run run) {
        pins.unpin(run);
        storageBytes -= run.bytes();
    }

    void checkOut(long count) {
        unacked += count;
    }

    void checkIn(long count) {
        unacked -= count;
    }

    TenantUsage usage() {
        return new TenantUsage(tenantId, storageBytes, unacked);
    }
}
