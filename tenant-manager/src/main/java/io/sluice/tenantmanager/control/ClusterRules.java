package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.control.ControlResult.Change;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import org.jspecify.annotations.Nullable;

/** How the cluster is formed and nodes get their numbers. */
final class ClusterRules {
    private static final int MAX_SHARDS = 64;

    private ClusterRules() {}

    /** The first one forms the cluster as its sender sees it; all later ones find it formed. */
    static @Nullable Refused enter(Draft draft, ControlCommand.EnterNode enter) {
        ClusterMap before = draft.state().cluster();
        ClusterMap after = before;
        if (!before.isFormed()) {
            boolean senseless = enter.nodes().isEmpty()
                    || enter.shardCount() < 1
                    || enter.shardCount() > MAX_SHARDS
                    || enter.replicaCount() < 1;
            if (senseless) {
                return Refused.invalid("nodes", "a cluster has nodes, and 1 to " + MAX_SHARDS + " shards");
            }
            after = before.formed(enter.nodes(), enter.shardCount(), enter.replicaCount());
            draft.changes.add(
                    Change.create("cluster of " + enter.nodes() + " with " + after.replicas() + " for shards"));
        }
        if (after.removed().contains(enter.node())) {
            return Refused.conflict(
                    "", "node " + enter.node() + " was removed from the cluster: POST /v1/cluster/nodes adds it again");
        }
        if (after.number(enter.node()) == 0) {
            after = after.with(enter.node());
            draft.changes.add(Change.create("node " + enter.node()));
        }
        if (!after.equals(before)) {
            draft.cluster = after;
        }
        return null;
    }
}
