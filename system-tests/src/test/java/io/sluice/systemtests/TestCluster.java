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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

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

    /** The node so many steps after another one, in a ring. */
    static int after(int node, int steps) {
        return (node + steps) % SIZE;
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

    /** Starts every node, which have all ended, at once: none serves before a majority is there. */
    void startAll() throws Exception {
        ExecutorService starters = Executors.newFixedThreadPool(SIZE);
        try {
            List<Callable<Void>> starts = IntStream.range(0, SIZE)
                    .<Callable<Void>>mapToObj(node -> () -> {
                        cluster.start(node);
                        return null;
                    })
                    .toList();
            for (Future<Void> started : starters.invokeAll(starts)) {
                started.get();
            }
        } finally {
            starters.shutdown();
        }
    }

    /** Waits until a node says that it is ready. */
    void awaitServing(int node) {
        awaitAnswer(node, "/readyz");
    }

    /** Waits until a node answers a question without an error. */
    void awaitAnswer(int through, String path) {
        String[] last = {""};
        Eventually.holds(
                () -> {
                    try {
                        node(through).admin("GET", path, "");
                        return true;
                    } catch (IOException refused) {
                        last[0] = String.valueOf(refused.getMessage());
                        return false;
                    }
                },
                () -> "node " + through + ": " + last[0]);
    }

    /** Waits until a node has applied what the leaders of its shards have, but for what is under way. */
    void awaitReplicas(int node) {
        Eventually.holds(() -> lag(node) < 500, () -> "node " + node + " does not catch up");
    }

    private long lag(int node) throws IOException {
        JsonObject cluster = new JsonObject(node(node).admin("GET", "/v1/cluster", ""));
        return cluster.getJsonArray("shards").stream()
                .map(JsonObject.class::cast)
                .mapToLong(shard -> shard.getString("leader").isEmpty() ? Long.MAX_VALUE : lag(shard, node))
                .max()
                .orElse(0);
    }

    private static long lag(JsonObject shard, int node) {
        return shard.getJsonArray("replicas").stream()
                .map(JsonObject.class::cast)
                .filter(replica -> replica.getString("node").equals("n" + (node + 1)))
                .mapToLong(replica -> replica.getLong("lagEntries"))
                .max()
                .orElse(Long.MAX_VALUE);
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
