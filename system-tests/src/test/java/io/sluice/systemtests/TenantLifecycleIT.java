package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.ClientListener;
import io.sluice.client.ClientState;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tenant from its onboarding to its end, while its clients are connected. */
@Timeout(180)
class TenantLifecycleIT {
    private static final String QUEUE = "orders/created";
    private static final int MESSAGES_PER_MEGABYTE = 16;

    @TempDir
    static Path dir;

    private static TestNode node;

    @BeforeAll
    static void start() throws IOException {
        node = TestNode.start(dir.resolve("data"), TestNode.smallLog());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** What a client is told beside its messages. */
    private static final class Told implements ClientListener {
        private final Queue<Throttle> throttles = new ConcurrentLinkedQueue<>();
        private final Queue<ClientState> states = new ConcurrentLinkedQueue<>();

        @Override
        public void onThrottled(Throttle throttle) {
            throttles.add(throttle);
        }

        @Override
        public void onStateChange(ClientState state) {
            states.add(state);
        }
    }

    private static JsonObject admin(String method, String path, String body) throws IOException {
        return new JsonObject(node.local().admin(method, "/v1/tenants/" + path, body));
    }

    private static void assertRefused(String tenant, String key, ErrorCode code) {
        assertThatThrownBy(() -> node.connect(tenant, key).close())
                .isInstanceOfSatisfying(
                        SluiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private static List<CompletableFuture<?>> publish(Publisher publisher, int count, int bodyBytes) {
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outcomes.add(publisher.publish("created", Message.of(new byte[bodyBytes])));
        }
        return outcomes;
    }

    private static void await(List<CompletableFuture<?>> outcomes) throws Exception {
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).get(90, TimeUnit.SECONDS);
    }

    @Test
    void onboardingTwiceChangesNothingAndADryRunNothingAtAll() throws Exception {
        JsonObject tenant = new JsonObject()
                .put("plan", "standard")
                .put(
                        "groups",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "orders")
                                        .put("form", "work")
                                        .put("queues", new JsonArray().add(new JsonObject().put("name", "created")))))
                .put(
                        "keys",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "app")
                                        .put("permissions", new JsonArray().add("publish:orders/*"))));
        JsonObject dry = admin("PUT", "idempotent?dryRun=true", tenant.encode());
        assertThat(dry.encode()).contains("queue orders/created").doesNotContain("slk_");
        assertThatThrownBy(() -> admin("GET", "idempotent", "")).hasMessageContaining("404");

        JsonObject first = admin("PUT", "idempotent", tenant.encode());
        String key = first.getJsonArray("keys").getJsonObject(0).getString("key");
        JsonObject second = admin("PUT", "idempotent", tenant.encode());
        assertThat(second.getJsonArray("changes")).isEmpty();
        assertThat(second.encode()).doesNotContain("slk_");

        try (SluiceClient client = node.connect("idempotent", key);
                Publisher publisher = client.publisher("orders")) {
            await(publish(publisher, 1, 10));
            assertThatThrownBy(() -> Inbox.of(client, QUEUE)).hasMessageContaining("FORBIDDEN");
        }
    }

    @Test
    void aLimitPatchedLiveHoldsAConnectedClientBackAndLetsItGoAgain() throws Exception {
        String key = node.onboard("limited", new JsonObject(), QUEUE);
        Told told = new Told();
        try (SluiceClient client = node.connect("limited", key, told);
                Publisher publisher = client.publisher("orders")) {
            await(publish(publisher, 100, 10));
            assertThat(told.throttles).isEmpty();

            admin("PATCH", "limited", "{\"limits\":{\"publish.messagesPerSecond\":1}}");
            // What was granted before may still pass; it is owed.
            List<CompletableFuture<?>> slow = publish(publisher, 400, 10);
            Eventually.holds(() -> !told.throttles.isEmpty(), () -> "nobody said throttled");
            assertThat(told.throttles.peek().limit()).isEqualTo("publish.messagesPerSecond");
            slow.addAll(publish(publisher, 100, 10));
            assertThat(slow.get(slow.size() - 1).isDone()).isFalse();

            // At one a second these would take minutes.
            admin("PATCH", "limited", "{\"limits\":{\"publish.messagesPerSecond\":null}}");
            await(slow);
        }
    }

    @Test
    void aSuspendedTenantIsPutOutAndKeptOutUntilItIsResumed() throws Exception {
        String key = node.onboard("paused", new JsonObject(), QUEUE);
        Told told = new Told();
        try (SluiceClient client = node.connect("paused", key, told);
                Publisher publisher = client.publisher("orders")) {
            await(publish(publisher, 10, 10));
            admin("POST", "paused/suspend", "");
            Eventually.holds(
                    () -> told.states.contains(ClientState.CLOSED) || told.states.contains(ClientState.RECONNECTING),
                    () -> "the connection stays: " + told.states);
            assertRefused("paused", key, ErrorCode.TENANT_SUSPENDED);
        }
        admin("POST", "paused/resume", "");
        try (SluiceClient client = node.connect("paused", key);
                Inbox inbox = Inbox.of(client, QUEUE)) {
            assertThat(inbox.take(10)).hasSize(10);
        }
    }

    @Test
    void aRevokedKeyClosesItsOwnConnectionsOnly() throws Exception {
        String key = node.onboard("keys", new JsonObject(), QUEUE);
        JsonObject other = admin(
                "POST",
                "keys/keys",
                new JsonObject()
                        .put("name", "other")
                        .put("permissions", new JsonArray().add("publish:*/*"))
                        .encode());
        Told told = new Told();
        Told otherTold = new Told();
        try (SluiceClient client = node.connect("keys", key, told);
                SluiceClient stays = node.connect("keys", other.getString("key"), otherTold);
                Publisher publisher = stays.publisher("orders")) {
            admin("DELETE", "keys/keys/app", "");
            Eventually.holds(() -> told.states.contains(ClientState.CLOSED), () -> "still open: " + told.states);
            assertRefused("keys", key, ErrorCode.UNAUTHENTICATED);
            await(publish(publisher, 10, 10));
            assertThat(otherTold.states).doesNotContain(ClientState.RECONNECTING, ClientState.CLOSED);
        }
    }

    @Test
    void aDeletedTenantIsGoneForItsClientsAndForWhoeverTakesItsName() throws Exception {
        String key = node.onboard("phoenix", new JsonObject(), QUEUE);
        Told told = new Told();
        try (SluiceClient client = node.connect("phoenix", key, told);
                Publisher publisher = client.publisher("orders");
                Inbox inbox = Inbox.of(client, QUEUE, 5, 0)) {
            await(publish(publisher, 50, 10));
            inbox.next();
            admin("DELETE", "phoenix", "");
            Eventually.holds(
                    () -> told.states.contains(ClientState.CLOSED), () -> "the connection stays: " + told.states);
            Eventually.holds(() -> inbox.consumer().ended().isDone(), () -> "the consumer stays");
            assertThat(publisher.publish("created", Message.of("late"))).failsWithin(60, TimeUnit.SECONDS);
        }
        assertRefused("phoenix", key, ErrorCode.UNAUTHENTICATED);

        String newKey = node.onboard("phoenix", new JsonObject(), QUEUE);
        assertThat(node.queue("phoenix", QUEUE).getLong("depth")).isZero();
        try (SluiceClient client = node.connect("phoenix", newKey);
                Publisher publisher = client.publisher("orders");
                Inbox inbox = Inbox.of(client, QUEUE)) {
            publisher.publish("created", Message.of("new")).get(60, TimeUnit.SECONDS);
            assertThat(inbox.take(1)).containsExactly("new");
            assertRefused("phoenix", key, ErrorCode.UNAUTHENTICATED);
        }
    }

    @Test
    void theDiskSpaceOfADeletedTenantComesBack() throws Exception {
        String key = node.onboard("heavy", new JsonObject(), QUEUE);
        long beforeBytes = segmentBytes();
        try (SluiceClient client = node.connect("heavy", key);
                Publisher publisher = client.publisher("orders")) {
            await(publish(publisher, 40 * MESSAGES_PER_MEGABYTE, (1 << 20) / MESSAGES_PER_MEGABYTE));
        }
        long heldBytes = segmentBytes() - beforeBytes;
        assertThat(heldBytes).isGreaterThan(30L << 20);

        admin("DELETE", "heavy", "");
        Eventually.holds(
                () -> segmentBytes() - beforeBytes < heldBytes / 2,
                () -> "of " + heldBytes + " bytes nothing came back");
    }

    private static long segmentBytes() throws IOException {
        try (Stream<Path> files = Files.walk(node.local().data())) {
            long sum = 0;
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".seg")).toList()) {
                sum += Files.exists(file) ? Files.size(file) : 0;
            }
            return sum;
        }
    }
}
