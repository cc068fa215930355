package io.sluice.queuegroups.api;

import io.sluice.config.LogSettings;
import io.sluice.config.SluiceConfig.GroupSettings;
import io.sluice.log.api.FatalLogError;
import io.sluice.log.api.LogNode;
import io.sluice.metrics.Meters;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.List;

/**
 * What the shards of one node run in. Immutable.
 *
 * @param replicas ids of the nodes that hold a shard, for each shard
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
        List<List<String>> replicas) {

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
                Collections.nCopies(log.shards(), List.of(node.id())));
    }
}
