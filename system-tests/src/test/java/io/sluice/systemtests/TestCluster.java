package io.sluice.systemtests;

import io.sluice.client.ClientListener;
import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.local.LocalCluster;
import io.sluice.client.local.LocalNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Three nodes in JVMs of their own, and what tests ask of them. Nodes are counted from 0. */
final class TestCluster implements AutoCloseable {
    static final int SIZE = 3;
    private static final Duration READY = Duration.ofSeconds(120);

    private final LocalCluster cluster;

    private TestCluster(LocalCluster cluster) {
        this.cluster = cluster;
    }

    static TestCluster start(Path data, String... flags) throws IOException {
        LocalCluster.Spec spec = LocalCluster.Spec.of(data, "256m", SIZE)
                .withJvmFlags(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"))
                .withFlags(List.of("--log-segment-bytes", "16MB", "--log-tail-cache-bytes", "8MB"))
                .withFlags(List.of(flags));
        return new TestCluster(LocalCluster.start(spec, READY));
    }

    LocalCluster local() {
        return cluster;
    }

    LocalNode node(int index) {
        return cluster.node(index);
    }

    String onboard(int through, String tenant, String... queues) throws IOException {
        return TestNode.onboard(node(through), tenant, new JsonObject(), queues);
    }

    /** A client that knows only the given node at first. */
    SluiceClient connect(int node, String tenant, String key) {
        return connect(node, tenant, key, ClientListener.NONE);
    }

    SluiceClient connect(int node, String tenant, String key, ClientListener listener) {
        return SluiceClient.connect(ClientOptions.builder()
                .seeds(node(node).tcp())
                .tenant(tenant)
                .key(key)
                .listener(listener)
                .build());
    }

    /** Definition and figures of a queue, as one node tells them. */
    JsonObject queue(int through, String tenant, String queue) throws IOException {
        return new JsonObject(node(through).admin("GET", TestNode.path(tenant, queue), ""));
    }

    void define(int through, String tenant, String queue, JsonObject options) throws IOException {
        node(through).admin("PUT", TestNode.path(tenant, queue), options.encode());
    }

    /** The node that leads the shard of a group. */
    int leaderOf(int through, String tenant, String group) throws IOException {
        JsonObject definition =
                new JsonObject(node(through).admin("GET", "/v1/tenants/" + tenant + "/groups/" + group, ""));
        return leader(through, "shard-" + definition.getInteger("shard"));
    }

    /** The node that leads a log, once there is one. */
    int leader(int through, String log) throws IOException {
        String[] found = {""};
        Eventually.holds(
                () -> {
                    found[0] = new JsonObject(node(through).admin("GET", "/v1/cluster", ""))
                            .getJsonArray("shards").stream()
                                    .map(JsonObject.class::cast)
                                    .filter(shard -> shard.getString("name").equals(log))
                                    .map(shard -> shard.getString("leader"))
                                    .findFirst()
                                    .orElse("");
                    return !found[0].isEmpty();
                },
                () -> log + " has no leader");
        return cluster.index(found[0]);
    }

    void awaitEmpty(int through, String tenant, String queue) {
        Eventually.holds(
                () -> TestNode.held(queue(through, tenant, queue)) == 0, () -> tenant + ": " + queue + " is not empty");
    }

    @Override
    public void close() {
        cluster.close();
    }
}
