package io.sluice.benchmark;

import io.sluice.client.SluiceClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;

/** What is measured: a node, or a cluster, in JVMs of their own. */
interface Bed extends AutoCloseable {
    /** A node alone for 1, a cluster for more. */
    static Bed start(Options options, int nodeCount) throws IOException {
        return nodeCount == 1 ? Server.start(options) : Cluster.start(options, nodeCount);
    }

    /** What stands in the title of a table. */
    static String title(int nodeCount) {
        return nodeCount == 1 ? "" : nodeCount + " nodes, ";
    }

    /** Onboards a tenant with one group {@code bench} and these queues, no limits but those given; answers its key. */
    String onboard(String tenant, List<String> queues, JsonObject limits) throws IOException;

    /** A client to publish with: of a cluster, connected to a node that does not lead the tenant's shard. */
    SluiceClient producing(String tenant, String key);

    /** A client to consume with: of a cluster, connected to another such node. */
    SluiceClient consuming(String tenant, String key);

    /** CPU time of all nodes so far, user and system. */
    long cpuNs();

    @Override
    void close() throws IOException;
}
