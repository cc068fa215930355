package io.sluice.tenantmanager.rest;

import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.spi.ClusterView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Nodes that come and go; answered once it is decided: {@code GET /v1/cluster} tells when everything is where it should be. */
final class NodeHandlers {
    private final ControlState state;
    private final Changes changes;
    private final ClusterView cluster;

    NodeHandlers(ControlState state, Changes changes, ClusterView cluster) {
        this.state = state;
        this.changes = changes;
        this.cluster = cluster;
    }

    void add(Request request) {
        JsonObject body = request.body();
        ControlCommand command =
                new ControlCommand.AddNode(body.getString("id"), body.getString("host"), body.getInteger("raftPort"));
        changes.run(request, command, done -> view());
    }

    void remove(Request request) {
        String node = request.path("node");
        String log = logWithoutMajority(node);
        if (!log.isEmpty()) {
            request.refuse(new Problem(
                    409,
                    "CONFLICT",
                    "It does not go with what exists",
                    "",
                    log + " would lose its majority: of its other replicas too few answer. Start those nodes first"));
            return;
        }
        changes.run(request, new ControlCommand.RemoveNode(node), done -> view());
    }

    private JsonObject view() {
        return new JsonObject()
                .put("changing", new JsonArray(state.cluster().unsettled()))
                .put("see", "/v1/cluster");
    }

    private String logWithoutMajority(String gone) {
        Set<String> alive = cluster.nodes().stream()
                .filter(ClusterView.Node::alive)
                .map(ClusterView.Node::id)
                .collect(Collectors.toSet());
        for (ClusterView.Shard shard : cluster.shards()) {
            List<String> voters = shard.replicas().stream()
                    .filter(replica -> replica.role().equals("voter"))
                    .map(ClusterView.Replica::node)
                    .toList();
            long left = voters.stream()
                    .filter(voter -> !voter.equals(gone) && alive.contains(voter))
                    .count();
            if (voters.contains(gone) && left <= voters.size() / 2) {
                return shard.name();
            }
        }
        return "";
    }
}
