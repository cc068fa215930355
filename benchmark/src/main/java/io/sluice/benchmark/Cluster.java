package io.sluice.benchmark;

import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.local.LocalCluster;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A cluster of JVMs on this machine, on fresh data folders. */
final class Cluster implements Bed {
    private static final Duration READY = Duration.ofSeconds(120);
    private static final long LEADER_TIMEOUT_MS = 30_000;

    private final LocalCluster nodes;
    private final Path data;

    private Cluster(LocalCluster nodes, Path data) {
        this.nodes = nodes;
        this.data = data;
    }

    static Cluster start(Options options, int nodeCount) throws IOException {
        return start(spec(options, nodeCount));
    }

    /** How {@link #start(Options, int)} starts it, for those who change something. */
    static LocalCluster.Spec spec(Options options, int nodeCount) {
        Path data = options.folder()
                .toAbsolutePath()
                .resolve("cluster-" + ProcessHandle.current().pid());
        return LocalCluster.Spec.of(data, options.heap(), nodeCount)
                .withJvmFlags(options.jvmFlags())
                .withFlags(options.nodeFlags());
    }

    static Cluster start(LocalCluster.Spec spec) throws IOException {
        Server.delete(spec.node().data());
        return new Cluster(LocalCluster.start(spec, READY), spec.node().data());
    }

    LocalCluster nodes() {
        return nodes;
    }

    @Override
    public String onboard(String tenant, List<String> queues, JsonObject limits) throws IOException {
        return Server.onboard(nodes.node(0), tenant, queues, limits);
    }

    SluiceClient client(int node, String tenant, String key) {
        return SluiceClient.connect(ClientOptions.builder()
                .seeds(nodes.node(node).tcp())
                .tenant(tenant)
                .key(key)
                .name("bench")
                .build());
    }

    @Override
    public SluiceClient producing(String tenant, String key) {
        return client((leader(tenant) + 1) % nodes.size(), tenant, key);
    }

    @Override
    public SluiceClient consuming(String tenant, String key) {
        return client((leader(tenant) + 2) % nodes.size(), tenant, key);
    }

    /** Which node leads the shard of the tenant's group. */
    int leader(String tenant) {
        try {
            JsonObject group = new JsonObject(admin("/v1/tenants/" + tenant + "/groups/bench"));
            return awaitLeader("shard-" + group.getInteger("shard"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private int awaitLeader(String shard) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + LEADER_TIMEOUT_MS * 1_000_000;
        while (System.nanoTime() < deadlineNs) {
            for (JsonObject each : shards()) {
                if (each.getString("name").equals(shard)
                        && !each.getString("leader").isEmpty()) {
                    return nodes.index(each.getString("leader"));
                }
            }
            Thread.sleep(50);
        }
        throw new IOException("nobody leads " + shard);
    }

    /** How many entries a node is behind, in the log where it is behind most. */
    long lagEntries(int node) throws IOException {
        return shards().stream()
                .mapToLong(shard -> lagEntries(shard, "n" + (node + 1)))
                .max()
                .orElse(Long.MAX_VALUE);
    }

    private static long lagEntries(JsonObject shard, String node) {
        return shard.getJsonArray("replicas").stream()
                .map(JsonObject.class::cast)
                .filter(replica -> replica.getString("node").equals(node)
                        && !shard.getString("leader").isEmpty())
                .mapToLong(replica -> replica.getLong("lagEntries"))
                .max()
                .orElse(Long.MAX_VALUE);
    }

    private List<JsonObject> shards() throws IOException {
        return new JsonObject(admin("/v1/cluster"))
                .getJsonArray("shards").stream().map(JsonObject.class::cast).toList();
    }

    private String admin(String path) throws IOException {
        return nodes.node(0).admin("GET", path, "");
    }

    @Override
    public long cpuNs() {
        return IntStream.range(0, nodes.size())
                .mapToLong(node -> nodes.node(node).cpuNs())
                .sum();
    }

    @Override
    public void close() throws IOException {
        nodes.close();
        Server.delete(data);
    }
}
