package io.sluice.benchmark.chaos;

import io.sluice.client.local.LocalCluster;
import io.sluice.client.local.LocalNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run asks of the nodes by REST, through any that answers. */
final class Admin {
    static final String QUEUE = "q";
    static final String PLAIN = "plain";
    static final String KEYED = "keyed";

    private final LocalCluster cluster;

    Admin(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** A call through the first node that takes it. */
    JsonObject call(String method, String path, String body) throws IOException {
        IOException last = new IOException("no node lives");
        for (int i = 0; i < cluster.size(); i++) {
            LocalNode node = cluster.node(i);
            if (node.alive()) {
                try {
                    return new JsonObject(node.admin(method, path, body));
                } catch (IOException e) {
                    last = e;
                }
            }
        }
        throw last;
    }

    /** Makes a tenant with a plain queue and one with order by key; answers its key. */
    String onboard(String tenant) throws IOException {
        JsonArray permissions = new JsonArray().add("publish:*/*").add("consume:*/*");
        JsonObject body = new JsonObject()
                .put("plan", "unlimited")
                .put("groups", new JsonArray().add(group(PLAIN, false)).add(group(KEYED, true)))
                .put(
                        "keys",
                        new JsonArray()
                                .add(new JsonObject().put("name", "chaos").put("permissions", permissions)));
        return call("PUT", "/v1/tenants/" + tenant, body.encode())
                .getJsonArray("keys")
                .getJsonObject(0)
                .getString("key");
    }

    private static JsonObject group(String name, boolean byKey) {
        JsonObject queue =
                new JsonObject().put("name", QUEUE).put("orderByKey", byKey).put("maxDeliveries", 1_000_000);
        return new JsonObject().put("name", name).put("form", "work").put("queues", new JsonArray().add(queue));
    }

    /** The 0-based nodes that hold each shard, the control shard among them. */
    List<Set<Integer>> replicas() throws IOException {
        return shards().map(shard -> shard.getJsonArray("replicas").stream()
                        .map(JsonObject.class::cast)
                        .map(replica -> cluster.index(replica.getString("node")))
                        .collect(Collectors.toSet()))
                .toList();
    }

    private Stream<JsonObject> shards() throws IOException {
        return call("GET", "/v1/cluster", "").getJsonArray("shards").stream().map(JsonObject.class::cast);
    }

    /** The 0-based node that leads a log, or -1. */
    int leader(String log) throws IOException {
        return shards().filter(shard -> shard.getString("name").equals(log))
                .map(shard -> shard.getString("leader", ""))
                .filter(leader -> !leader.isEmpty())
                .mapToInt(cluster::index)
                .findFirst()
                .orElse(-1);
    }

    /** A limit that holds nobody back is set anew, and a queue made. */
    void change(String tenant, int number) throws IOException {
        JsonObject limits = new JsonObject().put("publish.messagesPerSecond", 1_000_000 + number);
        call(
                "PATCH",
                "/v1/tenants/" + tenant,
                new JsonObject().put("limits", limits).encode());
        call("PUT", "/v1/tenants/" + tenant + "/groups/" + PLAIN + "/queues/made-" + number % 50, "{}");
    }

    /** Messages that the queues of a tenant hold, checked out or not. */
    long held(String tenant) throws IOException {
        long held = 0;
        for (String group : List.of(PLAIN, KEYED)) {
            JsonObject queue = call("GET", "/v1/tenants/" + tenant + "/groups/" + group + "/queues/" + QUEUE, "");
            held += queue.getLong("depth") + queue.getLong("unacked");
        }
        return held;
    }
}
