package io.sluice.systemtests;

import io.sluice.client.ClientListener;
import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.local.LocalNode;
import io.sluice.client.local.LocalNodeSpec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A node in a JVM of its own that can be restarted on its data, and what tests ask of it. */
final class TestNode implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(90);

    /** Flags that let segments and snapshots come and go while a test watches; messages up to about 200 kB fit. */
    private static final String[] SMALL_LOG = {
        "--gateway-max-frame-bytes", "256KB",
        "--log-max-entry-bytes", "512KB",
        "--log-segment-bytes", "2MB",
        "--log-snapshot-log-bytes", "4MB"
    };

    private final LocalNodeSpec spec;
    private LocalNode node;

    private TestNode(LocalNodeSpec spec) throws IOException {
        this.spec = spec;
        this.node = LocalNode.start(spec, READY);
    }

    static TestNode start(Path data, String... flags) throws IOException {
        return new TestNode(LocalNodeSpec.of(data, "384m")
                .withJvmFlags(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"))
                .withFlags(List.of("--log-segment-bytes", "16MB"))
                .withFlags(List.of(flags)));
    }

    static String[] smallLog(String... more) {
        List<String> flags = new ArrayList<>(List.of(SMALL_LOG));
        flags.addAll(List.of(more));
        return flags.toArray(String[]::new);
    }

    /** On ports that stay the same over restarts, so that clients find the node again by themselves. */
    static TestNode startOnFixedPorts(Path data, String... flags) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("--tcp-port", String.valueOf(freePort()), "--http-port", String.valueOf(freePort())));
        all.addAll(List.of(flags));
        return start(data, all.toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    LocalNode local() {
        return node;
    }

    /** In order; the exit code. */
    int restart() throws IOException {
        int code = node.stop(Duration.ofSeconds(30));
        node = LocalNode.start(spec, READY);
        return code;
    }

    void killAndRestart() throws IOException {
        node.kill();
        node = LocalNode.start(spec, READY);
    }

    /** Makes a tenant with the plan {@code unlimited}, the queues as {@code group/queue}, and a key for all of them, which is returned. */
    String onboard(String tenant, JsonObject limits, String... queues) throws IOException {
        return onboard(node, tenant, limits, queues);
    }

    /** The same through any node. */
    static String onboard(LocalNode node, String tenant, JsonObject limits, String... queues) throws IOException {
        JsonObject groups = new JsonObject();
        for (String queue : queues) {
            String[] parts = queue.split("/");
            if (!groups.containsKey(parts[0])) {
                groups.put(parts[0], new JsonArray());
            }
            groups.getJsonArray(parts[0]).add(new JsonObject().put("name", parts[1]));
        }
        JsonArray definitions = new JsonArray();
        groups.forEach(group -> definitions.add(
                new JsonObject().put("name", group.getKey()).put("form", "work").put("queues", group.getValue())));
        JsonObject body = new JsonObject()
                .put("displayName", tenant)
                .put("plan", "unlimited")
                .put("limits", limits)
                .put("groups", definitions)
                .put("keys", new JsonArray().add(key("app")));
        JsonObject answer = new JsonObject(node.admin("PUT", "/v1/tenants/" + tenant, body.encode()));
        return answer.getJsonArray("keys").getJsonObject(0).getString("key");
    }

    private static JsonObject key(String name) {
        return new JsonObject()
                .put("name", name)
                .put("permissions", new JsonArray().add("publish:*/*").add("consume:*/*"));
    }

    /** Makes a queue or changes its options. */
    void define(String tenant, String queue, JsonObject options) throws IOException {
        node.admin("PUT", path(tenant, queue), options.encode());
    }

    /** Definition and figures of a queue. */
    JsonObject queue(String tenant, String queue) throws IOException {
        return new JsonObject(node.admin("GET", path(tenant, queue), ""));
    }

    static String path(String tenant, String queue) {
        String[] parts = queue.split("/");
        return "/v1/tenants/" + tenant + "/groups/" + parts[0] + "/queues/" + parts[1];
    }

    /** Waits until a queue holds nothing, checked out or not. */
    void awaitEmpty(String tenant, String queue) {
        awaitHeld(tenant, queue, 0);
    }

    /** Waits until a queue holds so many messages, checked out or not. */
    void awaitHeld(String tenant, String queue, long count) {
        Eventually.holds(
                () -> held(queue(tenant, queue)) == count,
                () -> tenant + ": " + queue + " does not come to hold " + count + " messages");
    }

    static long held(JsonObject queue) {
        return queue.getLong("depth") + queue.getLong("unacked");
    }

    SluiceClient connect(String tenant, String key) {
        return connect(tenant, key, ClientListener.NONE);
    }

    SluiceClient connect(String tenant, String key, ClientListener listener) {
        return SluiceClient.connect(ClientOptions.builder()
                .seeds(node.tcp())
                .tenant(tenant)
                .key(key)
                .listener(listener)
                .build());
    }

    @Override
    public void close() {
        node.close();
    }
}
