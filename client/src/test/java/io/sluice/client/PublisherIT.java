package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.FrameType;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.PublishCredit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublisherIT {
    private static final int LOSSY_FRAMES = 20;
    private FakeServer server;
    private SluiceClient client;

    @BeforeEach
    void connect() throws Exception {
        server = new FakeServer();
        client = SluiceClient.connect(options().build());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private ClientOptions.Builder options() {
        return ClientOptions.builder()
                .seeds(server.address())
                .tenant("t")
                .key("k")
                .backoffMs(5, 50);
    }

    private List<CompletableFuture<Confirmation>> publish(Publisher publisher, int from, int to) {
        List<CompletableFuture<Confirmation>> futures = new ArrayList<>();
        for (int i = from; i < to; i++) {
            futures.add(publisher.publish(i % 3 == 0 ? "paid" : "created", Message.of("m" + i)));
        }
        return futures;
    }

    private static void awaitAll(List<CompletableFuture<Confirmation>> futures) throws Exception {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
    }

    private void assertStored(int count) {
        assertThat(server.stored)
                .containsExactlyElementsOf(
                        IntStream.range(0, count).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void confirmsEveryMessageInOrder() throws Exception {
        List<CompletableFuture<Confirmation>> futures = publish(client.publisher("orders"), 0, 5_000);
        awaitAll(futures);
        assertStored(5_000);
        for (int i = 0; i < futures.size(); i++) {
            assertThat(futures.get(i).join().sequence()).isEqualTo(i + 1);
        }
    }

    @Test
    void losesAndDoublesNothingWhenConnectionsDropAtAnyPoint() throws Exception {
        AtomicInteger frames = new AtomicInteger();
        server.script = (peer, frame) -> {
            int number = FakeServer.is(frame, FrameType.PUBLISH) ? frames.incrementAndGet() : 0;
            if (number % 7 == 3) {
                peer.drop();
                return true;
            }
            if (number % 7 == 5) {
                peer.publish((Publish) frame);
                peer.drop();
                return true;
            }
            return false;
        };
        Publisher publisher = client.publisher("orders", PublisherOptions.DEFAULT.withBatch(50, 4_000));
        awaitAll(publish(publisher, 0, 1_500));
        assertStored(1_500);
        assertThat(server.peers.size()).isGreaterThan(3);
    }

    @Test
    void recoversWhenAFrameIsLostBehindTheGateway() throws Exception {
        AtomicInteger frames = new AtomicInteger();
        // Only of the first ones: on a busy machine frames are sent again that were not lost, and each loss makes more
        // of them.
        server.script = (peer, frame) -> FakeServer.is(frame, FrameType.PUBLISH)
                && frames.incrementAndGet() % 5 == 2
                && frames.get() <= LOSSY_FRAMES;
        Publisher publisher = client.publisher(
                "orders", PublisherOptions.DEFAULT.withBatch(20, 4_000).withOutcomeTimeoutMs(100));
        awaitAll(publish(publisher, 0, 400));
        assertStored(400);
        assertThat(server.peers).hasSize(1);
    }

    @Test
    void opensTheProducerUnderTheSameNameAfterAReconnect() throws Exception {
        Publisher publisher = client.publisher("orders", PublisherOptions.DEFAULT.withProducerName("p1"));
        awaitAll(publish(publisher, 0, 10));
        server.lastPeer().drop();
        awaitAll(publish(publisher, 10, 20));
        assertStored(20);
        assertThat(server.await(OpenProducer.class).producerName()).isEqualTo("p1");
        assertThat(server.await(OpenProducer.class).producerName()).isEqualTo("p1");
    }

    @Test
    void goesOnBehindTheSequencesOfAnEarlierPublisherOfItsName() throws Exception {
        PublisherOptions named = PublisherOptions.DEFAULT.withProducerName("p1");
        awaitAll(publish(client.publisher("orders", named), 0, 10));
        assertThat(publish(client.publisher("orders", named), 10, 11).get(0).get(10, TimeUnit.SECONDS))
                .isEqualTo(new Confirmation(11));
    }

    @Test
    void failsWhatTheServerRejectsForGoodAndGoesOn() throws Exception {
        server.script = (peer, frame) -> {
            if (frame instanceof Publish publish && publish.firstSequence() == 1) {
                peer.reject(publish, ErrorCode.QUOTA_EXCEEDED, 0);
                return true;
            }
            return false;
        };
        Publisher publisher = client.publisher("orders");
        CompletableFuture<Confirmation> first = publisher.publish("created", Message.of("rejected"));
        assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(PublishRejectedException.class)
                .hasMessageContaining("QUOTA_EXCEEDED: as the test wants");
        awaitAll(publish(publisher, 0, 5));
        assertStored(5);
    }

    @Test
    void publishesThrottledMessagesAgainUnderNewSequences() throws Exception {
        AtomicInteger frames = new AtomicInteger();
        server.script = (peer, frame) -> {
            if (frame instanceof Publish publish && frames.incrementAndGet() % 2 == 1 && frames.get() < 12) {
                peer.reject(publish, ErrorCode.THROTTLED, 3);
                return true;
            }
            return false;
        };
        awaitAll(publish(client.publisher("orders", PublisherOptions.DEFAULT.withBatch(10, 4_000)), 0, 100));
        assertThat(server.stored)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void tellsThrottledRejectsWhereTheApplicationWantsThem() {
        server.script = (peer, frame) -> {
            if (frame instanceof Publish publish) {
                peer.reject(publish, ErrorCode.THROTTLED, 120);
                return true;
            }
            return false;
        };
        Publisher publisher = client.publisher("orders", PublisherOptions.DEFAULT.withRetryThrottled(false));
        CompletableFuture<Confirmation> future = publisher.publish("created", Message.of("m"));
        assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS)).cause().satisfies(cause -> {
            PublishRejectedException rejection = (PublishRejectedException) cause;
            assertThat(rejection.code()).isEqualTo(ErrorCode.THROTTLED);
            assertThat(rejection.retryAfterMs()).isEqualTo(120);
        });
    }

    @Test
    void staysWithinItsCredit() throws Exception {
        server.creditBytes = 200;
        Publisher publisher = client.publisher("orders");
        int[] published = new int[1];
        int[] limit = {200};
        server.script = (peer, frame) -> {
            if (frame instanceof Publish publish) {
                published[0] += publish.messages().remaining();
                assertThat(published[0]).isLessThanOrEqualTo(limit[0]);
                peer.publish(publish);
                limit[0] += 100;
                peer.send(new PublishCredit(publish.handle(), limit[0]));
                return true;
            }
            return false;
        };
        awaitAll(publish(publisher, 0, 300));
        assertStored(300);
    }

    @Test
    void sendsAMessageLargerThanItsCreditWhenNothingIsUnderWay() throws Exception {
        server.creditBytes = 10;
        Publisher publisher = client.publisher("orders");
        publisher.publish("created", Message.of("m0".repeat(50))).get(10, TimeUnit.SECONDS);
        assertThat(server.stored).hasSize(1);
    }

    @Test
    void failsInsteadOfBlockingWhenTheWindowIsFullIfAsked() {
        server.script = (peer, frame) -> FakeServer.is(frame, FrameType.PUBLISH);
        Publisher publisher = client.publisher(
                "orders", PublisherOptions.DEFAULT.withWindow(10, 1 << 20).withBlockWhenFull(false));
        List<CompletableFuture<Confirmation>> futures = publish(publisher, 0, 11);
        assertThat(futures.subList(0, 10)).noneMatch(CompletableFuture::isDone);
        assertThatThrownBy(() -> futures.get(10).get(10, TimeUnit.SECONDS))
                .hasMessageContaining("THROTTLED: the publisher's window is full: 10 messages");
        server.lastPeer().drop();
        server.script = (peer, frame) -> false;
    }

    @Test
    void stopsWhenAnotherPublisherTakesItsName() {
        Publisher publisher = client.publisher("orders", PublisherOptions.DEFAULT.withProducerName("p1"));
        server.script = (peer, frame) -> {
            if (frame instanceof Publish publish) {
                peer.send(new ProducerClosed(publish.handle(), ErrorCode.ALREADY_EXISTS, "fenced"));
                return true;
            }
            return false;
        };
        CompletableFuture<Confirmation> future = publisher.publish("created", Message.of("m"));
        assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS)).hasMessageContaining("ALREADY_EXISTS: fenced");
        CompletableFuture<Confirmation> later = publisher.publish("created", Message.of("m"));
        assertThatThrownBy(() -> later.get(10, TimeUnit.SECONDS)).hasMessageContaining("ALREADY_EXISTS");
    }

    @Test
    void tellsThatTheOutcomeIsUnknownWhenTheServerForgotTheProducer() throws Exception {
        Publisher publisher = client.publisher("orders");
        awaitAll(publish(publisher, 0, 10));
        CountDownLatch swallowed = new CountDownLatch(1);
        server.script = (peer, frame) -> {
            if (FakeServer.is(frame, FrameType.PUBLISH)) {
                swallowed.countDown();
                return true;
            }
            return false;
        };
        CompletableFuture<Confirmation> unknown = publisher.publish("created", Message.of("m10"));
        assertThat(swallowed.await(10, TimeUnit.SECONDS)).isTrue();
        server.forgetProducers();
        server.script = (peer, frame) -> false;
        server.lastPeer().drop();
        assertThatThrownBy(() -> unknown.get(10, TimeUnit.SECONDS)).hasMessageContaining("the server forgot");
        assertThat(publisher
                        .publish("created", Message.of("x"))
                        .get(10, TimeUnit.SECONDS)
                        .sequence())
                .isEqualTo(1);
    }

    @Test
    void startsAnewWhenTheServerForgotAnIdleProducer() throws Exception {
        Publisher publisher = client.publisher("orders");
        awaitAll(publish(publisher, 0, 10));
        server.forgetProducers();
        awaitAll(publish(publisher, 10, 300));
        assertStored(300);
        assertThat(server.peers).hasSize(1);
    }

    @Test
    void refusesBadMessagesWithoutAskingTheServer() {
        Publisher publisher = client.publisher("orders");
        assertThatThrownBy(() -> publisher.publish("Bad Name", Message.of("m")).get(10, TimeUnit.SECONDS))
                .hasMessageContaining("queue name \"Bad Name\"");
        assertThatThrownBy(() ->
                        publisher.publish("q", Message.of(new byte[1 << 20])).get(10, TimeUnit.SECONDS))
                .hasMessageContaining("TOO_LARGE");
        assertThat(server.received).noneMatch(frame -> frame instanceof Publish);
    }

    @Test
    void waitsForOutcomesWhenClosed() {
        Publisher publisher = client.publisher("orders");
        List<CompletableFuture<Confirmation>> futures = publish(publisher, 0, 1_000);
        publisher.close();
        assertStored(1_000);
        assertThat(futures).allSatisfy(future -> future.get(10, TimeUnit.SECONDS));
        assertThatThrownBy(() -> publisher.publish("q", Message.of("m")).get(10, TimeUnit.SECONDS))
                .hasMessageContaining("the publisher was closed");
    }

    @Test
    void doesNotShowTheKeyInTexts() throws Exception {
        assertThat(server.await(Connect.class).toString()).doesNotContain("key");
        assertThat(options().key("slk_secret").build().toString()).doesNotContain("slk_secret");
    }
}
