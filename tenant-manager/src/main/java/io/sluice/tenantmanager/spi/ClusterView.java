package io.sluice.tenantmanager.spi;

import java.util.List;

/** What `GET /v1/cluster` and the endpoints of CONNECTED and onboarding answers show; `app` implements it. */
public interface ClusterView {
    List<Node> nodes();

    /** Id of the node that looks; empty where there is no other. */
    default String self() {
        return "";
    }

    List<Shard> shards();

    /**
     * A member; its addresses are empty while it takes no clients.
     *
     * @param tcp {@code host:port} @param http {@code http(s)://host:port} @param ws {@code ws(s)://host:port/ws}
     */
    record Node(String id, String tcp, String http, String ws, boolean alive) {}

    record Shard(String name, String leader, List<Replica> replicas, long diskBytes) {}

    /** @param role {@code voter} or {@code learner}, as the leader knows; empty while nobody leads, and for one that is no member */
    record Replica(String node, String role, long appliedIndex, long lagEntries) {}
}
