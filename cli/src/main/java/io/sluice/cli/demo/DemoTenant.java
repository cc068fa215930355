package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.client.ClientListener;
import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.local.LocalNode;
import java.io.IOException;

/** A tenant of the demonstration with one key for everything. */
record DemoTenant(String name, String key, LocalNode node) {
    static final String GROUP = "orders";
    static final String QUEUE = "created";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Onboards it in one call; a second demonstration on the same data folder makes a new key. */
    static DemoTenant onboard(LocalNode node, String name) throws IOException {
        String keyName = "demo-" + Long.toString(System.currentTimeMillis(), 36);
        String body = """
                {"displayName":"Demo tenant %1$s","plan":"unlimited",
                 "groups":[{"name":"orders","form":"work","queues":[{"name":"created"},{"name":"web"}]}],
                 "keys":[{"name":"%2$s","permissions":["publish:orders/*","consume:orders/*"]}]}
                """.formatted(name, keyName);
        JsonNode answer = JSON.readTree(node.admin("PUT", "/v1/tenants/" + name, body));
        for (JsonNode each : answer.path("keys")) {
            if (each.path("name").asText().equals(keyName) && each.hasNonNull("key")) {
                return new DemoTenant(name, each.get("key").asText(), node);
            }
        }
        throw new IOException("the answer to onboarding " + name + " shows no key: " + answer);
    }

    SluiceClient connect() {
        return connect(ClientListener.NONE);
    }

    SluiceClient connect(ClientListener listener) {
        return SluiceClient.connect(ClientOptions.builder()
                .seeds(node.tcp())
                .tenant(name)
                .key(key)
                .name("demo")
                .listener(listener)
                .build());
    }

    /** Depth of its queue, as the admin interface shows it. */
    long depth() throws IOException {
        return JSON.readTree(node.admin("GET", "/v1/tenants/" + name + "/groups/orders/queues/created", ""))
                .path("depth")
                .asLong();
    }

    /** Deletes what a queue holds. */
    void purge() throws IOException {
        node.admin("POST", "/v1/tenants/" + name + "/groups/orders/queues/created/purge", "");
    }

    void limit(String limits) throws IOException {
        node.admin("PATCH", "/v1/tenants/" + name, "{\"limits\":" + limits + "}");
    }

    @Override
    public String toString() {
        return name;
    }
}
