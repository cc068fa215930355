package io.sluice.app;

import io.sluice.log.api.LogStatus;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.queuegroups.api.QueueGroups.ShardStatus;
import io.sluice.tenantmanager.spi.ClusterView;
import java.util.List;

/** The cluster as a node that is alone sees it: itself, and its shards. Safe for any thread. */
final class OwnCluster implements ClusterView {
    private final String node;
    private final QueueGroups groups;
    private volatile List<Node> nodes = List.of();

    OwnCluster(String node, QueueGroups groups) {
        this.node = node;
        this.groups = groups;
    }

    /** The listeners are bound. */
    void serves(Endpoints endpoints) {
        nodes = List.of(new Node(node, endpoints.tcp(), endpoints.http(), endpoints.ws(), true));
    }

    @Override
    public List<Node> nodes() {
        return nodes;
    }

    @Override
    public List<Shard> shards() {
        return groups.shards().stream().map(this::shard).toList();
    }

    private Shard shard(ShardStatus shard) {
        LogStatus log = shard.log();
        Replica replica = new Replica(node, log.appliedIndex(), log.lastIndex() - log.appliedIndex());
        return new Shard(shard.name(), shard.leader(), List.of(replica), log.diskBytes());
    }
}
