package io.sluice.benchmark.chaos;

import io.sluice.client.local.LocalCluster;
import io.sluice.client.local.LocalNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run asks of the nodes by REST, through any that answers. */
final class Admin {
    static final String QUEUE = "q";
    static final String PLAIN = "plain";
    static final String KEYED = "keyed";

    private static final int PATIENCE_S = 90;
    private static final int ASK_EVERY_MS = 300;

    private final LocalCluster cluster;

    Admin(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** A call through the first node that takes it. */
    JsonObject call(String method, String path, String body) throws IOException {
        IOException last = new IOException("no node lives");
        for (LocalNode node : cluster.nodes()) {
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

    /** The shard that a queue group is in. */
    int shard(String tenant, String group) throws IOException {
        return call("GET", path(tenant, group), "").getInteger("shard");
    }

    /** Orders a move once, whatever comes of it; returns when it is through, as a rule. */
    void order(String tenant, String group, int toShard) {
        try {
            call("POST", path(tenant, group) + "/move", to(toShard));
        } catch (IOException ended) {
            // With the node that was asked: how it goes on is seen in the group.
        }
    }

    /** Returns when the group is on its way to that shard, or there. */
    void awaitMoving(String tenant, String group, int toShard) throws IOException, InterruptedException {
        await(
                group + " of " + tenant + " does not set out to shard " + toShard,
                1,
                () -> pending(tenant) > 0 || shard(tenant, group) == toShard);
    }

    private static String to(int shard) {
        return new JsonObject().put("shard", shard).encode();
    }

    private int pending(String tenant) throws IOException {
        return call("GET", "/v1/pending?tenant=" + tenant, "").getInteger("count");
    }

    /** Returns when the group is in that shard. */
    void move(String tenant, String group, int toShard) throws IOException, InterruptedException {
        await(group + " of " + tenant + " is not moved to shard " + toShard, () -> {
            if (shard(tenant, group) != toShard) {
                call("POST", path(tenant, group) + "/move", to(toShard));
            }
            return pending(tenant) == 0 && shard(tenant, group) == toShard;
        });
    }

    private static String path(String tenant, String group) {
        return "/v1/tenants/" + tenant + "/groups/" + group;
    }

    /** Returns when the node votes wherever it holds something. */
    void awaitVotes(int node) throws IOException, InterruptedException {
        await("no vote for the replaced node", () -> shards().allMatch(shard -> votes(shard, node)));
    }

    private boolean votes(JsonObject shard, int node) {
        return shard.getJsonArray("replicas").stream()
                .map(JsonObject.class::cast)
                .filter(replica -> cluster.index(replica.getString("node")) == node)
                .allMatch(replica -> replica.getString("role").equals("voter"));
    }

    /** The cluster is told of a node, which may be started then. */
    void addNode(int node, String host) throws IOException, InterruptedException {
        String body = new JsonObject()
                .put("id", id(node))
                .put("host", host)
                .put("raftPort", cluster.raftPort(node))
                .encode();
        await(id(node) + " is not added", () -> {
            call("POST", "/v1/cluster/nodes", body);
            return true;
        });
    }

    /** Returns when every log is held by those that are to hold it. */
    void awaitSettled() throws IOException, InterruptedException {
        await(
                "the shards are not held as they should be",
                () -> call("GET", "/v1/cluster", "").getJsonArray("changing").isEmpty());
    }

    /** Returns when the node is gone. */
    void removeNode(int node) throws IOException, InterruptedException {
        await(id(node) + " is not removed", () -> {
            boolean ended = !cluster.node(node).alive();
            if (!ended
                    && call("GET", "/v1/cluster", "").getJsonArray("changing").isEmpty()) {
                call("DELETE", "/v1/cluster/nodes/" + id(node), "");
            }
            return ended;
        });
    }

    private static String id(int node) {
        return "n" + (node + 1);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Asks again and again, whatever the nodes answer meanwhile. */
    private static void await(String problem, Condition condition) throws IOException, InterruptedException {
        await(problem, ASK_EVERY_MS, condition);
    }

    private static void await(String problem, int everyMs, Condition condition)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        IOException last = null;
        while (System.nanoTime() < deadlineNs) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException notNow) {
                last = notNow;
            }
            Thread.sleep(everyMs);
        }
        throw new IOException(
                problem + " after " + PATIENCE_S + " s" + (last == null ? "" : ": " + last.getMessage()), last);
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
