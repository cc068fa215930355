package io.sluice.queuegroups.api;

import io.sluice.config.LogSettings;
import io.sluice.config.SluiceConfig.GroupSettings;
import io.sluice.log.api.FatalLogError;
import io.sluice.log.api.LogNode;
import io.sluice.metrics.Meters;
import io.vertx.core.Vertx;

/** What the shards of one node run in. Immutable. */
public record QueueGroupsEnvironment(
        Vertx vertx,
        LogNode logs,
        LogSettings log,
        GroupSettings groups,
        Meters meters,
        TenantLookup tenants,
        NodeIdentity node,
        FatalLogError fatal) {}
