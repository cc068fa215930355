package io.sluice.queuegroups.api;

import io.sluice.config.LogSettings;
import io.sluice.config.SluiceConfig.GroupSettings;
import io.sluice.log.api.FatalLogError;
import io.sluice.log.api.LogNode;
import io.sluice.metrics.Meters;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What the shards of one node run in. Immutable.
 *
 * @param placement which nodes hold which shard
 * @param clocks what time it is
 * @param resumeGraceMs for which a consumer is kept whose connection is lost
 */
public record QueueGroupsEnvironment(
        Vertx vertx,
        LogNode logs,
        LogSettings log,
        GroupSettings groups,
        Meters meters,
        TenantLookup tenants,
        NodeIdentity node,
        FatalLogError fatal,
        Placement placement,
        Clocks clocks,
        long resumeGraceMs) {
    private static final long RESUME_GRACE_MS = 5_000;

    /** @param wallMs wall clock in ms, from which leaders take an entry's time @param steadyMs a clock in ms that never jumps; both safe for any thread */
    public record Clocks(LongSupplier wallMs, LongSupplier steadyMs) {
        public static final Clocks SYSTEM = new Clocks(System::currentTimeMillis, () -> System.nanoTime() / 1_000_000);
    }

    /** With the system's clocks. */
    public QueueGroupsEnvironment(
            Vertx vertx,
            LogNode logs,
            LogSettings log,
            GroupSettings groups,
            Meters meters,
            TenantLookup tenants,
            NodeIdentity node,
            FatalLogError fatal,
            Placement placement) {
        this(vertx, logs, log, groups, meters, tenants, node, fatal, placement, Clocks.SYSTEM, RESUME_GRACE_MS);
    }

    public QueueGroupsEnvironment withResumeGrace(long ms) {
        return new QueueGroupsEnvironment(
                vertx, logs, log, groups, meters, tenants, node, fatal, placement, clocks, ms);
    }

    /** Of a node that holds all shards alone. */
    public QueueGroupsEnvironment(
            Vertx vertx,
            LogNode logs,
            LogSettings log,
            GroupSettings groups,
            Meters meters,
            TenantLookup tenants,
            NodeIdentity node,
            FatalLogError fatal) {
        this(
                vertx,
                logs,
                log,
                groups,
                meters,
                tenants,
                node,
                fatal,
                new Placement(Collections.nCopies(log.shards(), List.of(node.id()))));
    }
}
