package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageWriter;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.FrameType;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.SetPrefetch;
import io.sluice.protocol.frame.Settled;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Unsubscribe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerIT {
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    private FakeServer server;
    private SluiceClient client;

    @BeforeEach
    void connect() throws Exception {
        server = new FakeServer();
        ClientListener listener = new ClientListener() {
            @Override
            public void onError(Throwable error) {
                errors.add(error);
            }
        };
        client = SluiceClient.connect(ClientOptions.builder()
                .seeds(server.address())
                .tenant("t")
                .key("k")
                .backoffMs(5, 50)
                .maxBodyBytes(10_000)
                .listener(listener)
                .build());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private Consumer consume() {
        return client.consumer("orders/created", ConsumerOptions.DEFAULT, deliveries::add);
    }

    private Delivery next() throws InterruptedException {
        Delivery delivery = deliveries.poll(10, TimeUnit.SECONDS);
        assertThat(delivery).as("a delivery").isNotNull();
        return delivery;
    }

    private void deliver(long firstTag, String... bodies) {
        List<Message> messages = new ArrayList<>();
        for (String body : bodies) {
            messages.add(Message.of(body).withKey("k").withHeader("h", "v"));
        }
        deliver(firstTag, messages);
    }

    private void deliver(long firstTag, List<Message> messages) {
        ByteBuf run = Unpooled.buffer();
        messages.forEach(message -> MessageWriter.write(message, run));
        FakeServer.Peer peer = server.lastPeer();
        peer.send(new Deliver(peer.lastHandle(), firstTag, messages.size(), 1, 77, run.nioBuffer()));
    }

    @Test
    void handsMessagesOverWithAllTheyHave() throws Exception {
        consume();
        Subscribe subscribe = server.await(Subscribe.class);
        assertThat(subscribe.queue()).isEqualTo("orders/created");
        assertThat(subscribe.prefetchCount()).isEqualTo(1_000);
        deliver(1, "a", "b");
        Delivery first = next();
        assertThat(first.body()).isEqualTo("a".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(first.bodyView()).isEqualTo(ByteBuffer.wrap(first.body()));
        assertThat(first.key()).isEqualTo("k");
        assertThat(first.headers()).containsEntry("h", "v");
        assertThat(first.timestampMs()).isEqualTo(77);
        assertThat(first.deliveryCount()).isEqualTo(1);
        assertThat(first.tag()).isEqualTo(1);
        assertThat(next().tag()).isEqualTo(2);
    }

    @Test
    void gathersAcksIntoRanges() throws Exception {
        client.batchConsumer("orders/created", ConsumerOptions.DEFAULT, DeliveryBatch::ackAll);
        server.await(Subscribe.class);
        deliver(1, "a", "b", "c");
        assertThat(server.await(Ack.class).tags()).isEqualTo(Ranges.of(1, 3));
    }

    @Test
    void givesBackWithTheOutcomeAskedFor() throws Exception {
        consume();
        server.await(Subscribe.class);
        deliver(1, "a", "b", "c");
        next().nack();
        Nack backoff = server.await(Nack.class);
        assertThat(backoff.delayMs()).isEqualTo(Nack.QUEUE_BACKOFF);
        assertThat(backoff.discard()).isFalse();
        next().nack(true, 500);
        assertThat(server.await(Nack.class).delayMs()).isEqualTo(500);
        next().nack(false, 0);
        assertThat(server.await(Nack.class).discard()).isTrue();
    }

    @Test
    void acksByItselfIfAskedAndGivesBackWhatTheHandlerThrewOn() throws Exception {
        client.consumer("orders/created", ConsumerOptions.DEFAULT.withAutoAck(true), delivery -> {
            if (delivery.tag() == 2) {
                throw new IllegalStateException("no");
            }
        });
        server.await(Subscribe.class);
        deliver(1, "a", "b", "c");
        assertThat(server.await(Nack.class).tags()).isEqualTo(Ranges.of(2, 2));
        assertThat(errors.poll(10, TimeUnit.SECONDS)).hasMessage("no");
    }

    @Test
    void resumesAfterALostConnectionAndSendsAgainWhatWasNotApplied() throws Exception {
        consume();
        server.await(Subscribe.class);
        deliver(1, "a", "b", "c");
        next().ack();
        server.await(Ack.class);
        FakeServer.Peer first = server.lastPeer();
        first.send(new Settled(first.lastHandle(), 1));
        next().ack();
        server.await(Ack.class);
        Delivery third = next();
        // A frame behind SETTLED shows that the client has seen it.
        deliver(4, "d");
        next();
        first.drop();
        ResumeConsumer resume = server.await(ResumeConsumer.class);
        assertThat(resume.consumerId()).isEqualTo(1000);
        assertThat(resume.lastTag()).isEqualTo(4);
        assertThat(resume.queue()).isEqualTo("orders/created");
        assertThat(server.await(Ack.class).tags()).isEqualTo(Ranges.of(2, 2));
        third.ack();
        assertThat(server.await(Ack.class).tags()).isEqualTo(Ranges.of(3, 3));
        deliver(5, "e");
        assertThat(next().tag()).isEqualTo(5);
    }

    @Test
    void triesAgainToResumeWhileTheShardHasNoLeaderOrTheQuotaCountsTheLostNode() throws Exception {
        consume();
        server.await(Subscribe.class);
        deliver(1, "a");
        Delivery first = next();
        server.refuseToResume(ErrorCode.UNAVAILABLE, ErrorCode.QUOTA_EXCEEDED);
        server.lastPeer().drop();
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(server.await(ResumeConsumer.class).consumerId()).isEqualTo(1000);
        }
        first.ack();
        assertThat(server.await(Ack.class).tags()).isEqualTo(Ranges.of(1, 1));
    }

    @Test
    void skipsWhatItHasAlreadySeen() throws Exception {
        consume();
        server.await(Subscribe.class);
        deliver(1, "a", "b");
        deliver(1, "a", "b");
        deliver(2, "b", "c");
        assertThat(next().tag()).isEqualTo(1);
        assertThat(next().tag()).isEqualTo(2);
        Delivery third = next();
        assertThat(third.tag()).isEqualTo(3);
        assertThat(third.body()).containsExactly('c');
    }

    @Test
    void subscribesAnewAfterTheGraceAndForgetsOldAcks() throws Exception {
        consume();
        server.await(Subscribe.class);
        deliver(1, "a", "b");
        Delivery old = next();
        next();
        server.forgetConsumers();
        server.lastPeer().drop();
        server.await(ResumeConsumer.class);
        server.await(Subscribe.class);
        old.ack();
        deliver(1, "a2");
        Delivery again = next();
        assertThat(again.tag()).isEqualTo(1);
        again.nack(false, 0);
        assertThat(server.await(Nack.class).tags()).isEqualTo(Ranges.of(1, 1));
        assertThat(server.received).noneMatch(frame -> frame instanceof Ack);
    }

    @Test
    void givesDamagedMessagesBackAndSaysSo() throws Exception {
        consume();
        server.await(Subscribe.class);
        ByteBuf run = Unpooled.buffer();
        MessageWriter.write(Message.of("good"), run);
        MessageWriter.write(Message.of("damaged"), run);
        run.setByte(run.writerIndex() - 1, 'X');
        FakeServer.Peer peer = server.lastPeer();
        peer.send(new Deliver(peer.lastHandle(), 1, 2, 1, 0, run.nioBuffer()));
        assertThat(next().tag()).isEqualTo(1);
        assertThat(server.await(Nack.class).tags()).isEqualTo(Ranges.of(2, 2));
        assertThat(errors.poll(10, TimeUnit.SECONDS))
                .isInstanceOf(DamagedBodyException.class)
                .hasMessageContaining("CRC32C");
        assertThat(deliveries).isEmpty();
    }

    @Test
    void decompressesButNeverMoreThanAllowed() throws Exception {
        consume();
        server.await(Subscribe.class);
        Message fits = BodyCodec.compress(Message.of("x".repeat(9_000)), 100);
        Message bomb = BodyCodec.compress(Message.of("x".repeat(11_000)), 100);
        assertThat(fits.body().length).isLessThan(1_000);
        deliver(1, List.of(fits, bomb));
        assertThat(next().body()).hasSize(9_000);
        Delivery tooLarge = next();
        assertThatThrownBy(tooLarge::body)
                .isInstanceOf(DamagedBodyException.class)
                .hasMessageContaining("at most 10000 are allowed");
    }

    @Test
    void drainsWhenClosed() throws Exception {
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Consumer consumer = client.consumer("orders/created", ConsumerOptions.DEFAULT, delivery -> {
            handling.countDown();
            goOn.await(10, TimeUnit.SECONDS);
            delivery.ack();
        });
        server.await(Subscribe.class);
        deliver(1, "a");
        assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(consumer::close);
        closer.start();
        goOn.countDown();
        assertThat(server.await(Ack.class).tags()).isEqualTo(Ranges.of(1, 1));
        server.await(Unsubscribe.class);
        closer.join(10_000);
        assertThat(consumer.ended()).isCompleted();
    }

    @Test
    void endsWithTheReasonWhenItsQueueIsDeleted() throws Exception {
        Consumer consumer = consume();
        FakeServer.Peer peer = server.lastPeer();
        peer.send(new ConsumerClosed(peer.lastHandle(), ErrorCode.NOT_FOUND, "queue deleted"));
        assertThatThrownBy(() -> consumer.ended().get(10, TimeUnit.SECONDS))
                .hasMessageContaining("NOT_FOUND: queue deleted");
    }

    @Test
    void failsAtOnceWhenTheServerRefusesTheSubscription() {
        server.script = (peer, frame) -> {
            if (frame instanceof Subscribe subscribe) {
                peer.send(new Failure(subscribe.requestId(), ErrorCode.FORBIDDEN, "no permission"));
                return true;
            }
            return false;
        };
        assertThatThrownBy(this::consume).isInstanceOf(SluiceException.class).hasMessage("FORBIDDEN: no permission");
    }

    @Test
    void changesItsPrefetch() throws Exception {
        consume().prefetch(5, 0);
        assertThat(server.await(SetPrefetch.class).prefetchCount()).isEqualTo(5);
    }

    @Test
    void publishesFromItsHandlerAndWaitsThereForTheOutcome() throws Exception {
        Publisher publisher = client.publisher("orders");
        client.consumer("orders/created", ConsumerOptions.DEFAULT, delivery -> {
            publisher.publish("paid", Message.of(delivery.body())).get(10, TimeUnit.SECONDS);
            delivery.ack();
        });
        server.await(Subscribe.class);
        deliver(1, "a");
        server.await(Ack.class);
        assertThat(server.stored).containsExactly("a");
        assertThat(server.received).noneMatch(frame -> FakeServer.is(frame, FrameType.NACK));
    }
}
