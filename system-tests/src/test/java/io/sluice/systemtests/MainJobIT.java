package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The main job through every door a client has, on one node. */
@Timeout(180)
class MainJobIT {
    private static final JsonObject NO_LIMITS = new JsonObject();
    private static final String QUEUE = "orders/created";

    @TempDir
    static Path dir;

    private static Vertx vertx;
    private static TestNode node;

    @BeforeAll
    static void start() throws IOException {
        vertx = Vertx.vertx();
        node = TestNode.start(dir.resolve("data"));
    }

    @AfterAll
    static void stop() {
        node.close();
        vertx.close();
    }

    @Test
    void confirmsDeliversAndAcksOverTcpInOrder() throws Exception {
        String key = node.onboard("tcp", NO_LIMITS, QUEUE);
        try (SluiceClient client = node.connect("tcp", key)) {
            publish(client, bodies("m", 2_000));

            assertThat(consume(client, 2_000)).isEqualTo(bodies("m", 2_000));
            node.awaitEmpty("tcp", QUEUE);
        }
    }

    @Test
    void confirmsDeliversAndAcksOverJsonWebSocket() throws Exception {
        String key = node.onboard("json", NO_LIMITS, QUEUE);
        try (JsonClient client = new JsonClient(vertx, node.local().ws()).login("json", key)) {
            client.send(
                    "publish",
                    new JsonObject()
                            .put("id", 1)
                            .put("queue", QUEUE)
                            .put("key", "k1")
                            .put("headers", new JsonObject().put("a", "b"))
                            .put("body", "grüße"));
            assertThat(client.await("confirm").getInteger("id")).isEqualTo(1);

            client.send(
                    "subscribe",
                    new JsonObject().put("id", 2).put("queue", QUEUE).put("prefetch", 10));
            int consumer = client.await("subscribed").getInteger("consumer");
            JsonObject delivery = client.await("deliver");
            assertThat(delivery.getString("body")).isEqualTo("grüße");
            assertThat(delivery.getString("key")).isEqualTo("k1");
            assertThat(delivery.getString("queue")).isEqualTo(QUEUE);
            assertThat(delivery.getInteger("deliveryCount")).isEqualTo(1);
            assertThat(delivery.getJsonObject("headers")).isEqualTo(new JsonObject().put("a", "b"));

            client.send(
                    "ack",
                    new JsonObject()
                            .put("consumer", consumer)
                            .put("tags", new JsonArray().add(delivery.getLong("tag"))));
            node.awaitEmpty("json", QUEUE);
        }
    }

    @Test
    void deliversOverWebSocketWhatCameOverTcpAndRefusesBadRequestsWithoutClosing() throws Exception {
        String key = node.onboard("mixed", NO_LIMITS, QUEUE);
        try (SluiceClient client = node.connect("mixed", key);
                JsonClient json = new JsonClient(vertx, node.local().ws()).login("mixed", key)) {
            publish(client, List.of("from tcp"));
            json.send(
                    "publish",
                    new JsonObject().put("id", 7).put("queue", "orders/none").put("body", "x"));
            assertThat(json.await("reject").getString("code")).isEqualTo("NOT_FOUND");

            json.send(
                    "subscribe",
                    new JsonObject().put("id", 8).put("queue", QUEUE).put("prefetch", 1));
            json.await("subscribed");
            assertThat(json.await("deliver").getString("body")).isEqualTo("from tcp");
        }
    }

    @Test
    void keepsTheBacklogThroughARestartInOrderAndThroughAKill() throws Exception {
        String key = node.onboard("backlog", NO_LIMITS, QUEUE);
        try (SluiceClient client = node.connect("backlog", key)) {
            publish(client, bodies("before", 500));
        }
        assertThat(node.restart()).isZero();
        try (SluiceClient client = node.connect("backlog", key)) {
            publish(client, bodies("between", 500));
        }
        node.killAndRestart();

        List<String> expected = new ArrayList<>(bodies("before", 500));
        expected.addAll(bodies("between", 500));
        try (SluiceClient client = node.connect("backlog", key)) {
            assertThat(consume(client, 1_000)).isEqualTo(expected);
            node.awaitEmpty("backlog", QUEUE);
        }
    }

    @Test
    void sendsClientsAwayBeforeItStops() throws Exception {
        String key = node.onboard("away", NO_LIMITS, QUEUE);
        try (JsonClient client = new JsonClient(vertx, node.local().ws()).login("away", key)) {
            assertThat(node.restart()).isZero();
            JsonObject asked = client.await("goaway");
            assertThat(asked.getString("code")).isEqualTo("UNAVAILABLE");
            assertThat(asked.getJsonArray("endpoints")).isNotEmpty();
            client.await("goaway");
            client.await("(closed)");
        }
    }

    @Test
    void redeliversWhatAConsumerThatWentHadNotAcked() throws Exception {
        String key = node.onboard("redeliver", NO_LIMITS, QUEUE);
        try (SluiceClient client = node.connect("redeliver", key)) {
            publish(client, List.of("once more"));
            BlockingQueue<Delivery> first = new LinkedBlockingQueue<>();
            Consumer consumer = client.consumer(QUEUE, ConsumerOptions.DEFAULT, first::add);
            assertThat(take(first).deliveryCount()).isEqualTo(1);
            consumer.close();

            BlockingQueue<Delivery> second = new LinkedBlockingQueue<>();
            client.consumer(QUEUE, ConsumerOptions.DEFAULT, second::add);
            Delivery again = take(second);
            assertThat(new String(again.body(), StandardCharsets.UTF_8)).isEqualTo("once more");
            assertThat(again.deliveryCount()).isEqualTo(2);
            again.ack();
            node.awaitEmpty("redeliver", QUEUE);
        }
    }

    @Test
    void keepsTenantsWithTheSameNamesApart() throws Exception {
        String keyA = node.onboard("apart-a", NO_LIMITS, QUEUE);
        String keyB = node.onboard("apart-b", NO_LIMITS, QUEUE);
        try (SluiceClient a = node.connect("apart-a", keyA);
                SluiceClient b = node.connect("apart-b", keyB)) {
            publish(a, List.of("of a"));
            publish(b, List.of("of b"));

            assertThat(consume(b, 1)).containsExactly("of b");
            assertThat(consume(a, 1)).containsExactly("of a");
        }
        try (JsonClient stranger = new JsonClient(vertx, node.local().ws())) {
            stranger.send("connect", new JsonObject().put("tenant", "apart-a").put("key", keyB));
            assertThat(stranger.await("error").getString("code")).isEqualTo("UNAUTHENTICATED");
        }
    }

    @Test
    void closesConnectionsOfARevokedKeyAndOfASuspendedTenant() throws Exception {
        String key = node.onboard("revoked", NO_LIMITS, QUEUE);
        try (JsonClient client = new JsonClient(vertx, node.local().ws()).login("revoked", key)) {
            node.local().admin("DELETE", "/v1/tenants/revoked/keys/app", "");
            client.await("goaway");
            client.await("(closed)");
        }
        String other = node.onboard("suspended", NO_LIMITS, QUEUE);
        try (JsonClient client = new JsonClient(vertx, node.local().ws()).login("suspended", other)) {
            node.local().admin("POST", "/v1/tenants/suspended/suspend", "");
            assertThat(client.await("goaway").getString("code")).isEqualTo("TENANT_SUSPENDED");
        }
    }

    @Test
    void aTenantMadeAnewSeesNothingOfTheOldOne() throws Exception {
        String key = node.onboard("again", NO_LIMITS, QUEUE);
        try (SluiceClient client = node.connect("again", key)) {
            publish(client, List.of("old"));
        }
        node.local().admin("DELETE", "/v1/tenants/again", "");
        String newKey = node.onboard("again", NO_LIMITS, QUEUE);

        assertThat(newKey).isNotEqualTo(key);
        try (SluiceClient client = node.connect("again", newKey)) {
            publish(client, List.of("new"));
            assertThat(consume(client, 1)).containsExactly("new");
        }
    }

    @Test
    void rejectsOverAQuotaAndNamesIt() throws Exception {
        String key = node.onboard("quota", new JsonObject().put("messageBytes", 1_000), QUEUE);
        try (SluiceClient client = node.connect("quota", key);
                Publisher publisher = client.publisher("orders")) {
            publisher.publish("created", Message.of(new byte[900])).get(30, TimeUnit.SECONDS);

            CompletableFuture<?> tooLarge = publisher.publish("created", Message.of(new byte[1_100]));
            assertThatThrownBy(() -> tooLarge.get(30, TimeUnit.SECONDS)).hasMessageContaining("messageBytes");
            node.local().admin("PATCH", "/v1/tenants/quota", "{\"limits\":{\"messageBytes\":2000}}");
            publisher.publish("created", Message.of(new byte[1_100])).get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void carriesMessagesFromEmptyToAMegabyte() throws Exception {
        String key = node.onboard("sizes", NO_LIMITS, QUEUE);
        try (SluiceClient client = node.connect("sizes", key)) {
            List<String> bodies = IntStream.of(0, 1, 16 << 10, 256 << 10, 1 << 20)
                    .mapToObj("x"::repeat)
                    .toList();
            publish(client, bodies);
            assertThat(consume(client, bodies.size())).isEqualTo(bodies);
        }
    }

    @Test
    void showsFiguresOfEachTenantToTheOperator() throws Exception {
        String key = node.onboard("figures", NO_LIMITS, QUEUE);
        try (SluiceClient client = node.connect("figures", key)) {
            publish(client, bodies("m", 10));
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.local().http() + "/metrics"))
                .header("Authorization", "Bearer " + node.local().adminToken())
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()
                        .lines()
                        .filter(line -> line.contains("tenant=\"figures\"") && line.contains("published")))
                .anyMatch(line -> line.endsWith(" 10.0"));
        assertThat(answer.body()).doesNotContain(key);
    }

    private static List<String> bodies(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static void publish(SluiceClient client, List<String> bodies) throws Exception {
        try (Publisher publisher = client.publisher("orders")) {
            List<CompletableFuture<?>> confirmed = new ArrayList<>();
            for (String body : bodies) {
                confirmed.add(publisher.publish("created", Message.of(body)));
            }
            CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
    }

    /** Acks each. */
    private static List<String> consume(SluiceClient client, int count) throws Exception {
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        try (Consumer consumer = client.consumer(QUEUE, ConsumerOptions.DEFAULT, deliveries::add)) {
            List<String> bodies = new ArrayList<>();
            while (bodies.size() < count) {
                Delivery delivery = take(deliveries);
                bodies.add(new String(delivery.body(), StandardCharsets.UTF_8));
                delivery.ack();
            }
            assertThat(consumer.ended()).isNotDone();
            return bodies;
        }
    }

    private static Delivery take(BlockingQueue<Delivery> deliveries) throws InterruptedException {
        Delivery delivery = deliveries.poll(60, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("no delivery within 60 s");
        }
        return delivery;
    }
}
