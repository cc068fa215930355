package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Delivery;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What queues promise, seen by a client; each test has a tenant of its own. */
@Timeout(180)
class QueueSemanticsIT {
    private static final String QUEUE = "orders/created";
    private static final String DEAD = "orders/dead";
    private static final long TEN_MINUTES_MS = 600_000;

    @TempDir
    static Path dir;

    private static TestNode node;

    private String tenant = "";
    private String key = "";
    private SluiceClient client;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.startOnFixedPorts(dir.resolve("data"), TestNode.smallLog());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void connect(TestInfo test) throws Exception {
        String name = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
        tenant = name.substring(0, Math.min(64, name.length()));
        key = node.onboard(tenant, new JsonObject(), QUEUE, DEAD);
        client = node.connect(tenant, key);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private void options(String name, Object value) throws Exception {
        options(new JsonObject().put(name, value));
    }

    private void options(JsonObject options) throws Exception {
        node.define(tenant, QUEUE, options);
    }

    private void publish(Message... messages) throws Exception {
        try (Publisher publisher = client.publisher("orders")) {
            List<CompletableFuture<?>> confirmed = new ArrayList<>();
            for (Message message : messages) {
                confirmed.add(publisher.publish("created", message));
            }
            CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
    }

    private void publish(String... bodies) throws Exception {
        Message[] messages = new Message[bodies.length];
        for (int i = 0; i < bodies.length; i++) {
            messages[i] = Message.of(bodies[i]);
        }
        publish(messages);
    }

    private void awaitFigure(String figure, long value) {
        Eventually.holds(
                () -> node.queue(tenant, QUEUE).getLong(figure) == value, () -> figure + " does not become " + value);
    }

    @Test
    void aNackWithADelayLetsOthersGoFirst() throws Exception {
        publish("a", "b");
        try (Inbox inbox = Inbox.of(client, QUEUE, 1, 0)) {
            Delivery a = inbox.next();
            long nackedNs = System.nanoTime();
            a.nack(true, 700);
            assertThat(inbox.take(1)).containsExactly("b");

            Delivery again = inbox.next();
            assertThat(Inbox.text(again)).isEqualTo("a");
            assertThat(again.deliveryCount()).isEqualTo(2);
            assertThat(System.nanoTime() - nackedNs).isGreaterThanOrEqualTo(650_000_000);
            again.ack();
            node.awaitEmpty(tenant, QUEUE);
        }
    }

    @Test
    void aNackWithoutADelayBacksOffLongerEachTime() throws Exception {
        options("redeliveryDelayMs", 150);
        publish("a");
        try (Inbox inbox = Inbox.of(client, QUEUE)) {
            inbox.next().nack();
            long firstNs = System.nanoTime();
            inbox.next().nack();
            assertThat(System.nanoTime() - firstNs).isGreaterThanOrEqualTo(130_000_000);
            long secondNs = System.nanoTime();
            Delivery third = inbox.next();
            assertThat(System.nanoTime() - secondNs).isGreaterThanOrEqualTo(280_000_000);
            assertThat(third.deliveryCount()).isEqualTo(3);
        }
    }

    @Test
    void aMessageThatFailsTooOftenIsDeadLettered() throws Exception {
        options(new JsonObject().put("maxDeliveries", 3).put("deadLetterQueue", "dead"));
        publish(Message.of("poison").withKey("k").withHeader("h", "v"));
        publish("good");
        try (Inbox inbox = Inbox.of(client, QUEUE, 1, 0);
                Inbox dead = Inbox.of(client, DEAD)) {
            for (int count = 1; count <= 3; count++) {
                Delivery delivery = inbox.next();
                assertThat(Inbox.text(delivery)).isEqualTo("poison");
                assertThat(delivery.deliveryCount()).isEqualTo(count);
                delivery.nack(true, 0);
            }
            assertThat(inbox.take(1)).containsExactly("good");
            Delivery buried = dead.next();
            assertThat(Inbox.text(buried)).isEqualTo("poison");
            assertThat(buried.key()).isEqualTo("k");
            assertThat(buried.headers()).containsEntry("h", "v");
            buried.ack();
            node.awaitEmpty(tenant, DEAD);
        }
    }

    @Test
    void aDiscardedMessageIsDeadLetteredAtOnce() throws Exception {
        options("deadLetterQueue", "dead");
        publish("no good");
        try (Inbox inbox = Inbox.of(client, QUEUE);
                Inbox dead = Inbox.of(client, DEAD)) {
            inbox.next().nack(false, 0);
            assertThat(dead.take(1)).containsExactly("no good");
            node.awaitEmpty(tenant, QUEUE);
        }
    }

    @Test
    void anExpiredMessageIsNotDelivered() throws Exception {
        publish(
                Message.of("short").withTtlMs(50),
                Message.of("long"),
                Message.of("short").withTtlMs(60));
        node.awaitHeld(tenant, QUEUE, 1);
        try (Inbox inbox = Inbox.of(client, QUEUE)) {
            assertThat(inbox.take(1)).containsExactly("long");
            node.awaitEmpty(tenant, QUEUE);
            assertThat(inbox.waiting()).isZero();
        }
    }

    @Test
    void aDelayedMessageComesLaterThanOnesPublishedAfterIt() throws Exception {
        long publishedNs = System.nanoTime();
        publish(Message.of("late").withDelayMs(900), Message.of("now"));
        try (Inbox inbox = Inbox.of(client, QUEUE)) {
            assertThat(inbox.take(2)).containsExactly("now", "late");
            assertThat(System.nanoTime() - publishedNs).isGreaterThanOrEqualTo(850_000_000);
        }
    }

    @Test
    void aKeyIsWithOneConsumerAtATime() throws Exception {
        options("orderByKey", true);
        try (SluiceClient other = node.connect(tenant, key);
                Inbox one = Inbox.of(client, QUEUE, 1, 0);
                Inbox two = Inbox.of(other, QUEUE, 1, 0)) {
            publish(Message.of("x1").withKey("x"));
            awaitFigure("unacked", 1);
            publish(
                    Message.of("x2").withKey("x"),
                    Message.of("y1").withKey("y"),
                    Message.of("x3").withKey("x"));
            Delivery first = one.next();
            Delivery second = two.next();
            assertThat(List.of(Inbox.text(first), Inbox.text(second))).containsExactlyInAnyOrder("x1", "y1");
            Delivery y = Inbox.text(first).equals("y1") ? first : second;
            y.ack();
            awaitFigure("unacked", 1);
            assertThat(one.waiting() + two.waiting()).as("x2 waits for x1").isZero();
            (y == first ? second : first).ack();
            List<String> rest = new ArrayList<>();
            Eventually.holds(
                    () -> {
                        for (Inbox inbox : List.of(one, two)) {
                            while (inbox.waiting() > 0) {
                                rest.addAll(inbox.take(1));
                            }
                        }
                        return rest.size() == 2;
                    },
                    () -> "only " + rest);
            assertThat(rest).containsExactly("x2", "x3");
        }
    }

    @Test
    void aFullQueueRejects() throws Exception {
        options(new JsonObject().put("maxMessages", 2).put("overflow", "reject"));
        publish("a", "b");
        try (Publisher publisher = client.publisher("orders")) {
            CompletableFuture<?> third = publisher.publish("created", Message.of("c"));
            assertThatThrownBy(() -> third.get(60, TimeUnit.SECONDS)).hasMessageContaining("maxMessages");
            try (Inbox inbox = Inbox.of(client, QUEUE)) {
                assertThat(inbox.take(2)).containsExactly("a", "b");
                node.awaitEmpty(tenant, QUEUE);
                publisher.publish("created", Message.of("d")).get(60, TimeUnit.SECONDS);
                assertThat(inbox.take(1)).containsExactly("d");
            }
        }
    }

    @Test
    void aFullQueueDropsItsOldest() throws Exception {
        options(new JsonObject().put("maxMessages", 3).put("overflow", "drop-oldest"));
        publish("a", "b", "c", "d", "e");
        try (Inbox inbox = Inbox.of(client, QUEUE)) {
            assertThat(inbox.take(3)).containsExactly("c", "d", "e");
            node.awaitEmpty(tenant, QUEUE);
        }
    }

    @Test
    void aFullQueueDeadLettersItsOldest() throws Exception {
        options(new JsonObject()
                .put("maxMessages", 3)
                .put("overflow", "dead-letter")
                .put("deadLetterQueue", "dead"));
        publish("a", "b", "c", "d", "e");
        try (Inbox inbox = Inbox.of(client, QUEUE);
                Inbox dead = Inbox.of(client, DEAD)) {
            assertThat(dead.take(2)).containsExactly("a", "b");
            assertThat(inbox.take(3)).containsExactly("c", "d", "e");
        }
    }

    @Test
    void delaysAndDeliveryCountsOutliveAKill() throws Exception {
        publish(Message.of("tomorrow").withDelayMs(TEN_MINUTES_MS));
        publish(Message.of("soon").withDelayMs(3_000));
        publish("twice");
        try (Inbox inbox = Inbox.of(client, QUEUE)) {
            inbox.next().nack(true, 0);
            assertThat(inbox.next().deliveryCount()).isEqualTo(2);
        }
        node.killAndRestart();

        try (SluiceClient after = node.connect(tenant, key);
                Inbox inbox = Inbox.of(after, QUEUE)) {
            Delivery third = inbox.next();
            assertThat(Inbox.text(third)).isEqualTo("twice");
            assertThat(third.deliveryCount()).isEqualTo(3);
            third.ack();
            assertThat(inbox.take(1)).containsExactly("soon");
            node.awaitHeld(tenant, QUEUE, 1);
            assertThat(node.queue(tenant, QUEUE).getLong("delayed")).isEqualTo(1);
        }
    }

    @Test
    void noMoreIsCheckedOutThanThePrefetchCount() throws Exception {
        publish("a", "b", "c", "d", "e");
        try (Inbox inbox = Inbox.of(client, QUEUE, 2, 0)) {
            awaitFigure("unacked", 2);
            assertThat(node.queue(tenant, QUEUE).getLong("ready")).isEqualTo(3);
            assertThat(inbox.take(1)).containsExactly("a");
            inbox.next();
            assertThat(Inbox.text(inbox.next())).isEqualTo("c");
            assertThat(inbox.waiting()).isZero();
            inbox.consumer().prefetch(10, 0);
            awaitFigure("unacked", 4);
        }
    }

    @Test
    void deliveriesStopOnceThePrefetchBytesAreOut() throws Exception {
        Message big = Message.of(new byte[1_000]);
        publish(big, big, big, big);
        try (Inbox inbox = Inbox.of(client, QUEUE, 100, 2_500)) {
            // The third goes out while two, fewer bytes than that, are unsettled.
            awaitFigure("unacked", 3);
            assertThat(node.queue(tenant, QUEUE).getLong("ready")).isEqualTo(1);
            inbox.take(4);
            node.awaitEmpty(tenant, QUEUE);
        }
    }

    @Test
    void aLargerMessageThanThePrefetchBytesStillComes() throws Exception {
        publish(Message.of(new byte[5_000]));
        try (Inbox inbox = Inbox.of(client, QUEUE, 10, 1_000)) {
            assertThat(inbox.take(1).get(0)).hasSize(5_000);
        }
    }

    @Test
    void bodiesTravelCompressedWhereThatHelps() throws Exception {
        String repetitive = "abc".repeat(20_000);
        PublisherOptions compressing = PublisherOptions.DEFAULT.withCompressAboveBytes(1_000);
        try (Publisher publisher = client.publisher("orders", compressing);
                Inbox inbox = Inbox.of(client, QUEUE)) {
            publisher.publish("created", Message.of(repetitive)).get(60, TimeUnit.SECONDS);
            publisher.publish("created", Message.of("short")).get(60, TimeUnit.SECONDS);
            Delivery large = inbox.next();
            assertThat(large.isCompressed()).isTrue();
            assertThat(large.bodyBytes()).isLessThan(repetitive.length() / 10);
            assertThat(Inbox.text(large)).isEqualTo(repetitive);
            assertThat(inbox.next().isCompressed()).isFalse();
        }
    }
}
