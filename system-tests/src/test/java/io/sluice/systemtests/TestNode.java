package io.sluice.systemtests;

import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.local.LocalNode;
import io.sluice.client.local.LocalNodeSpec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A node in a JVM of its own that can be restarted on its data, and what tests ask of it. */
final class TestNode implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(90);

    private final LocalNodeSpec spec;
    private LocalNode node;

    private TestNode(LocalNodeSpec spec) throws IOException {
        this.spec = spec;
        this.node = LocalNode.start(spec, READY);
    }

    static TestNode start(Path data, String... flags) throws IOException {
        return new TestNode(LocalNodeSpec.of(data, "384m")
                .withJvmFlags(List.of("-XX:TieredStopAtLevel=1"))
                .withFlags(List.of("--log-segment-bytes", "16MB"))
                .withFlags(List.of(flags)));
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

    JsonObject queue(String tenant, String queue) throws IOException {
        String[] parts = queue.split("/");
        String path = "/v1/tenants/" + tenant + "/groups/" + parts[0] + "/queues/" + parts[1];
        return new JsonObject(node.admin("GET", path, ""));
    }

    SluiceClient connect(String tenant, String key) {
        return SluiceClient.connect(ClientOptions.builder()
                .seeds(node.tcp())
                .tenant(tenant)
                .key(key)
                .build());
    }

    @Override
    public void close() {
        node.close();
    }
}
