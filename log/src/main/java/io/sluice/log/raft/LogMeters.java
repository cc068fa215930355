package io.sluice.log.raft;

import io.sluice.log.api.ReplicatedLog;
import io.sluice.metrics.Meters;

/** The gauges of one log. */
final class LogMeters {
    private LogMeters() {}

    static Meters.Timer appends(Meters meters, String log) {
        return meters.timer("sluice.log.append", "write and force of what gathered", "log", log);
    }

    static void register(Meters meters, ReplicatedLog log) {
        String name = log.name();
        meters.gauge(
                "sluice.log.last.index",
                "last entry written",
                () -> log.status().lastIndex(),
                "log",
                name);
        meters.gauge(
                "sluice.log.applied.index",
                "last entry applied",
                () -> log.status().appliedIndex(),
                "log",
                name);
        meters.gauge(
                "sluice.log.snapshot.index",
                "newest snapshot",
                () -> log.status().snapshotIndex(),
                "log",
                name);
        meters.gauge(
                "sluice.log.disk.bytes",
                "segment files, spares too",
                () -> log.status().diskBytes(),
                "log",
                name);
        meters.gauge("sluice.log.leading", "1 where it leads", () -> log.isLeader() ? 1 : 0, "log", name);
    }
}
