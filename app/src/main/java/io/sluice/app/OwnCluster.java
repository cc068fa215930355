package io.sluice.app;

import io.sluice.log.api.LogStatus;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.tenantmanager.spi.ClusterView;
import java.util.List;
import java.util.Map;

/** The cluster as a node that is alone sees it: itself, and the shards it leads. Safe for any thread. */
final class OwnCluster implements ClusterView {
    private final String node;
    private final Map<String, ReplicatedLog> logs;
    private volatile List<Node> nodes = List.of();

    /** @param logs by name; may still grow while the node starts */
    OwnCluster(String node, Map<String, ReplicatedLog> logs) {
        this.node = node;
        this.logs = logs;
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
        return logs.values().stream().map(this::shard).toList();
    }

    private Shard shard(ReplicatedLog log) {
        LogStatus status = log.status();
        Replica replica = new Replica(node, status.appliedIndex(), status.lastIndex() - status.appliedIndex());
        return new Shard(log.name(), log.leader(), List.of(replica), status.diskBytes());
    }
}
