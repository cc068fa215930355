package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.frame.Close;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.FrameType;
import io.sluice.protocol.frame.GoAway;
import io.sluice.protocol.frame.Heartbeat;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.Throttled;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionIT {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final ClientListener listener = new ClientListener() {
        @Override
        public void onStateChange(ClientState state) {
            events.add(state);
        }

        @Override
        public void onThrottled(Throttle throttle) {
            events.add(throttle);
        }

        @Override
        public void onError(Throwable error) {
            events.add(error);
        }
    };
    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ClientOptions.Builder options(String... seeds) {
        return ClientOptions.builder()
                .seeds(seeds)
                .tenant("acme")
                .key("slk_1")
                .name("test")
                .heartbeatMs(20)
                .connectTimeoutMs(2_000)
                .backoffMs(5, 50)
                .listener(listener);
    }

    private <T> T await(Class<T> kind) throws InterruptedException {
        while (true) {
            Object event = events.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " was told");
            }
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    private void awaitState(ClientState wanted) throws InterruptedException {
        while (await(ClientState.class) != wanted) {
            Thread.onSpinWait();
        }
    }

    @Test
    void introducesItselfAndSaysGoodbye() throws Exception {
        SluiceClient client = SluiceClient.connect(options(server.address()).build());
        Connect connect = server.await(Connect.class);
        assertThat(connect.tenant()).isEqualTo("acme");
        assertThat(connect.key()).isEqualTo("slk_1");
        assertThat(connect.clientName()).isEqualTo("test");
        assertThat(connect.resumeToken()).isEmpty();
        awaitState(ClientState.CONNECTED);
        client.close();
        server.await(Close.class);
        awaitState(ClientState.CLOSED);
    }

    @Test
    void triesTheNextSeedWhenOneIsDown() throws Exception {
        SluiceClient client =
                SluiceClient.connect(options("127.0.0.1:1", server.address()).build());
        server.await(Connect.class);
        client.close();
    }

    @Test
    void saysWhichSeedCouldNotBeReached() {
        assertThatThrownBy(() -> SluiceClient.connect(options("127.0.0.1:1").build()))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("UNAVAILABLE: no connection to 127.0.0.1:1");
    }

    @Test
    void givesUpWhenTheKeyIsRefused() {
        server.script = (peer, frame) -> {
            peer.send(new Failure(0, ErrorCode.UNAUTHENTICATED, "unknown key"));
            return true;
        };
        assertThatThrownBy(() -> SluiceClient.connect(options(server.address()).build()))
                .hasMessage("UNAUTHENTICATED: unknown key");
    }

    @Test
    void shutsDownForGoodWhenItsKeyIsRevokedLater() throws Exception {
        SluiceClient client = SluiceClient.connect(options(server.address()).build());
        Publisher publisher = client.publisher("orders");
        server.script = (peer, frame) -> {
            if (FakeServer.is(frame, FrameType.CONNECT)) {
                peer.send(new Failure(0, ErrorCode.UNAUTHENTICATED, "revoked"));
                return true;
            }
            return false;
        };
        server.lastPeer().drop();
        awaitState(ClientState.CLOSED);
        assertThatThrownBy(() -> publisher.publish("q", Message.of("m")).get(10, TimeUnit.SECONDS))
                .hasMessageContaining("UNAUTHENTICATED");
        client.close();
    }

    @Test
    void reconnectsWithItsTokenWhenTheServerSendsGarbage() throws Exception {
        SluiceClient client = SluiceClient.connect(options(server.address()).build());
        server.await(Connect.class);
        for (long seed = 0; seed < 20; seed++) {
            byte[] garbage = new byte[200];
            new Random(seed).nextBytes(garbage);
            server.lastPeer().sendRaw(Unpooled.wrappedBuffer(garbage));
            assertThat(await(SluiceException.class)).hasMessageContaining("is no frame, at byte");
            assertThat(new String(server.await(Connect.class).resumeToken(), StandardCharsets.UTF_8))
                    .isEqualTo("token");
            awaitState(ClientState.CONNECTED);
        }
        client.close();
    }

    @Test
    void sendsHeartbeatsAndGivesUpASilentServer() throws Exception {
        server.heartbeatMs = 100;
        SluiceClient client = SluiceClient.connect(options(server.address()).build());
        server.await(Heartbeat.class);
        server.await(Heartbeat.class);
        server.script = (peer, frame) -> FakeServer.is(frame, FrameType.HEARTBEAT);
        assertThat(await(SluiceException.class)).hasMessageContaining("silent for 3.0 heartbeat intervals");
        server.script = (peer, frame) -> false;
        awaitState(ClientState.CONNECTED);
        client.close();
    }

    @Test
    void movesWhereTheServerSays() throws Exception {
        try (FakeServer other = new FakeServer()) {
            SluiceClient client = SluiceClient.connect(options(server.address()).build());
            Publisher publisher = client.publisher("orders");
            publisher.publish("q", Message.of("before")).get(10, TimeUnit.SECONDS);
            other.knowsWhat(server);
            server.lastPeer().send(new GoAway(ErrorCode.UNAVAILABLE, "stopping", List.of(other.address())));
            assertThat(other.await(Connect.class).resumeToken()).isNotEmpty();
            other.await(OpenProducer.class);
            publisher.publish("q", Message.of("after")).get(10, TimeUnit.SECONDS);
            assertThat(other.stored).containsExactly("after");
            client.close();
        }
    }

    @Test
    void staysWhereItIsToldToGoFromUntilAnotherServerTakesIt() throws Exception {
        try (FakeServer other = new FakeServer()) {
            other.script = (peer, frame) -> {
                if (frame instanceof Connect) {
                    peer.send(new Failure(0, ErrorCode.UNAVAILABLE, "no leader either"));
                    return true;
                }
                return false;
            };
            SluiceClient client = SluiceClient.connect(options(server.address()).build());
            Publisher publisher = client.publisher("orders");
            publisher.publish("q", Message.of("before")).get(10, TimeUnit.SECONDS);
            server.endpoints = List.of();
            server.script = (peer, frame) -> frame instanceof Connect;
            server.lastPeer().send(new GoAway(ErrorCode.UNAVAILABLE, "cut off", List.of(other.address())));
            other.await(Connect.class);
            publisher.publish("q", Message.of("meanwhile")).get(10, TimeUnit.SECONDS);
            assertThat(server.stored).containsExactly("before", "meanwhile");
            client.close();
        }
    }

    @Test
    void leavesAServerThatDoesNotAnswerForOneThatDoes() throws Exception {
        server.heartbeatMs = 600_000;
        try (FakeServer other = new FakeServer()) {
            SluiceClient client = SluiceClient.connect(
                    options(server.address(), other.address()).build());
            Publisher publisher = client.publisher("orders");
            publisher.publish("q", Message.of("before")).get(10, TimeUnit.SECONDS);
            other.knowsWhat(server);
            server.script = (peer, frame) -> true;
            publisher.publish("q", Message.of("after")).get(10, TimeUnit.SECONDS);
            assertThat(await(SluiceException.class)).hasMessageContaining("the server does not answer");
            assertThat(other.await(Connect.class).resumeToken()).isNotEmpty();
            assertThat(other.stored).containsExactly("after");
            client.close();
        }
    }

    @Test
    void staysWithAServerThatConfirmsNothingButAnswersHeartbeats() throws Exception {
        server.heartbeatMs = 400;
        try (FakeServer other = new FakeServer()) {
            SluiceClient client = SluiceClient.connect(
                    options(server.address(), other.address()).build());
            Publisher publisher = client.publisher("orders");
            server.script = (peer, frame) -> FakeServer.is(frame, FrameType.PUBLISH);
            for (int i = 0; i < 8; i++) {
                publisher.publish("q", Message.of("m" + i), (sequence, failure) -> {});
                server.await(Heartbeat.class);
            }
            assertThat(other.peers).isEmpty();
            // Closing waits for outcomes: they come with the next connection.
            server.script = (peer, frame) -> false;
            server.lastPeer().drop();
            client.close();
        }
    }

    @Test
    void tellsOfThrottling() throws Exception {
        SluiceClient client = SluiceClient.connect(options(server.address()).build());
        server.lastPeer().send(new Throttled("publish.messagesPerSecond", "tenant", 35, -2));
        assertThat(await(ClientListener.Throttle.class))
                .isEqualTo(new ClientListener.Throttle("publish.messagesPerSecond", "tenant", 35, -2));
        client.close();
    }

    @Test
    void leavesAGivenVertxOpen() throws Exception {
        Vertx vertx = Vertx.vertx();
        VertxSluice.connect(vertx, options(server.address()).build()).close();
        VertxSluice.connect(vertx, options(server.address()).build()).close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void namesTheOptionThatIsWrong() {
        assertThatThrownBy(() -> ClientOptions.builder().tenant("t").key("k").build())
                .hasMessageContaining("seeds: at least one");
        assertThatThrownBy(() -> options("nohost").build()).hasMessageContaining("\"nohost\" is not host:port");
        assertThatThrownBy(() -> options("a:1").key("").build()).hasMessageContaining("key: is needed");
    }
}
