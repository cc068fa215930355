package io.sluice.queuegroups.shard;

import io.sluice.metrics.Meters;
import io.sluice.metrics.Meters.Counter;
import io.sluice.metrics.Meters.TenantMeters;
import io.sluice.metrics.Meters.Timer;
import io.sluice.queuegroups.machine.QueueCounters;

/** One tenant's meters over all shards of this node; what it holds is shown from when it first held something. Safe for any thread. */
final class TenantFigures {
    private final TenantMeters meters;
    private final Counter published;
    private final Counter confirmed;
    private final Counter delivered;
    private final Counter deliveredBytes;
    private final Counter redelivered;
    private final Counter acked;
    private final Counter expired;
    private final Counter deadLettered;
    private final Counter dropped;
    private final Counter bodyReads;
    private final Timer dwell;
    private volatile TenantHoldings holdings = TenantHoldings.NONE;
    private boolean shown;

    TenantFigures(TenantMeters meters) {
        this.meters = meters;
        published = meters.counter("sluice_published_total", "Messages handed to the log");
        confirmed = meters.counter("sluice_confirmed_total", "Messages on disk on a majority");
        delivered = meters.counter("sluice_delivered_total", "Messages delivered, redeliveries included");
        deliveredBytes = meters.counter("sluice_delivered_bytes_total", "Bytes of delivered messages");
        redelivered = meters.counter("sluice_redelivered_total", "Messages delivered again");
        acked = meters.counter("sluice_acked_total", "Messages acked");
        expired = meters.counter("sluice_expired_total", "Messages whose life was over");
        deadLettered = meters.counter("sluice_dead_lettered_total", "Messages moved to a dead-letter queue");
        dropped = meters.counter("sluice_dropped_total", "Messages dropped by a bound or after their last delivery");
        bodyReads = meters.counter("sluice_body_reads_total", "Log entries read from disk for deliveries");
        dwell = meters.timer("sluice_dwell_seconds", "Time from publish to first delivery");
    }

    static TenantFigures of(Meters meters, String tenant) {
        return new TenantFigures(meters.tenant(tenant));
    }

    void published(long count) {
        published.add(count);
    }

    void confirmed(long count) {
        confirmed.add(count);
    }

    void acked(long count) {
        acked.add(count);
    }

    void released(QueueCounters since) {
        expired.add(since.expired());
        deadLettered.add(since.deadLettered());
        dropped.add(since.dropped());
    }

    void bodyRead() {
        bodyReads.add(1);
    }

    void delivered(long count, long bytes) {
        delivered.add(count);
        deliveredBytes.add(bytes);
    }

    void redelivered(long count) {
        redelivered.add(count);
    }

    void dwelt(long durationNs, long count) {
        dwell.record(durationNs, count);
    }

    /** Called by one thread. */
    void holds(TenantHoldings now) {
        holdings = now;
        if (!shown && !now.equals(TenantHoldings.NONE)) {
            shown = true;
            show();
        }
    }

    private void show() {
        meters.gauge("sluice_storage_bytes", "Message bytes held in all queues", () -> holdings.storageBytes());
        meters.gauge("sluice_unacked", "Messages checked out", () -> holdings.unacked());
        meters.gauge("sluice_ready", "Messages that could be delivered now", () -> holdings.ready());
        meters.gauge("sluice_delayed", "Messages that wait for their time", () -> holdings.delayed());
        meters.gauge("sluice_consumers", "Consumers subscribed", () -> holdings.consumers());
    }
}
