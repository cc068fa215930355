package io.sluice.tenantmanager.admission;

import io.sluice.metrics.Meters.Counter;
import io.sluice.metrics.Meters.TenantMeters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A tenant's figures of admission. Safe for any thread. */
final class GateMeters {
    private final TenantMeters meters;
    private final Counter throttledMs;
    private final Map<String, Counter> refused = new ConcurrentHashMap<>();
    private final AtomicLong throttledUntilNs = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong unreportedNs = new AtomicLong();

    GateMeters(TenantMeters meters) {
        this.meters = meters;
        this.throttledMs = meters.counter("sluice.throttled.ms", "Time a tenant spent over one of its rates, in ms");
    }

    void refused(String reason) {
        refused.computeIfAbsent(
                        reason,
                        any -> meters.counter("sluice.refused", "Requests that admission refused", "reason", reason))
                .add(1);
    }

    /** Counts the part of the wait that no earlier wait covers, so that overlapping waits count once. */
    void throttledUntil(long nowNs, long waitNs) {
        long untilNs = nowNs + waitNs;
        long beforeNs = throttledUntilNs.getAndAccumulate(untilNs, Math::max);
        long addedNs = untilNs - Math.max(nowNs, beforeNs);
        if (addedNs > 0) {
            long ms = unreportedNs.addAndGet(addedNs) / 1_000_000;
            if (ms > 0) {
                unreportedNs.addAndGet(-ms * 1_000_000);
                throttledMs.add(ms);
            }
        }
    }
}
