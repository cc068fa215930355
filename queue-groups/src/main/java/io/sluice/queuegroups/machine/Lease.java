package io.sluice.queuegroups.machine;

/** Messages checked out to a consumer under contiguous tags from {@code firstTag} on, for the {@code deliveryCount}th time. */
record Lease(long firstTag, Run run, int deliveryCount) {
    long lastTag() {
        return firstTag + run.count() - 1;
    }

    Lease first(int n) {
        return new Lease(firstTag, run.first(n), deliveryCount);
    }

    Lease after(int n) {
        return new Lease(firstTag + n, run.after(n), deliveryCount);
    }
}
