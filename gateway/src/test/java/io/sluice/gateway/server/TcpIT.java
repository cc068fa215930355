package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testkit.SocketClient;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.gateway.testkit.TestGateway;
import io.sluice.gateway.testkit.TestSettings;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.Close;
import io.sluice.protocol.frame.Closed;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.GoAway;
import io.sluice.protocol.frame.Heartbeat;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.PublishCredit;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Settled;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Throttled;
import io.sluice.tenantmanager.api.TenantChange;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TcpIT {
    private static TestGateway node;

    @BeforeAll
    static void start() throws Exception {
        node = new TestGateway(TestSettings.stalling(1_000), 1);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static SocketClient connect(String tenant) throws Exception {
        SocketClient client = SocketClient.to(node.gateway.tcpPort()).send(TestClient.connect(tenant));
        assertThat(client.next(Connected.class).maxFrameBytes()).isEqualTo(TestSettings.FRAME_BYTES);
        return client;
    }

    @Test
    void publishesDeliversAndSettlesOneByteAtATime() throws Exception {
        try (SocketClient client = connect("acme")) {
            client.socket().setTcpNoDelay(true);
            trickle(client, SocketClient.encode(new OpenProducer(1, false, "orders", "")));
            int producer = client.next(ProducerOpened.class).handle();
            trickle(client, SocketClient.encode(TestClient.publish(producer, 1, "paid", "one", "two")));
            assertThat(client.next(Confirm.class).sequences()).isEqualTo(Ranges.of(1, 2));
            client.send(new Subscribe(2, 10, 0, "orders/paid"));
            int consumer = client.next(Subscribed.class).handle();
            Deliver first = client.next(Deliver.class);
            assertThat(new String(TestClient.bytes(first.messages()), StandardCharsets.UTF_8))
                    .endsWith("one");
            client.next(Deliver.class);
            client.send(new Ack(consumer, Ranges.of(1, 2)));
            assertThat(client.next(Settled.class).frames()).isEqualTo(1);
            client.send(new Close());
            client.next(Closed.class);
            client.awaitEnd();
        }
    }

    private static void trickle(SocketClient client, byte[] bytes) throws Exception {
        for (byte each : bytes) {
            client.sendBytes(new byte[] {each});
        }
    }

    @Test
    void throttledTenantAloneWaitsOnOneEventLoop() throws Exception {
        node.tenants.gate(2).publishWaitNs = 3_600_000_000_000L;
        try (SocketClient slow = connect("beta");
                SocketClient quick = connect("acme")) {
            int slowHandle = fill(slow);
            fill(quick);
            assertThat(slow.next(Throttled.class).scope()).isEqualTo("tenant");
            // The slow one's outcome is there, so its credit would be too; the quick one gets it on the same loop.
            slow.next(Confirm.class);
            quick.next(PublishCredit.class);
            slow.send(new Subscribe(5, 1, 0, "orders/created"));
            slow.next(Deliver.class);
            node.tenants.gate(2).publishWaitNs = 0;
            node.tenants.change(new TenantChange.Updated(2));
            assertThat(slow.next(PublishCredit.class).handle()).isEqualTo(slowHandle);
        } finally {
            node.tenants.gate(2).publishWaitNs = 0;
        }
    }

    /** Opens a producer and uses up its first credit. */
    private static int fill(SocketClient client) throws Exception {
        client.send(new OpenProducer(1, false, "orders", ""));
        ProducerOpened opened = client.next(ProducerOpened.class);
        int bytes = (int) opened.creditLimit() - 100;
        client.send(TestClient.publish(opened.handle(), 1, "created", TestClient.body(bytes)));
        return opened.handle();
    }

    @Test
    void clientThatDoesNotReadIsClosedInTheEnd() throws Exception {
        try (SocketClient stuck = new SocketClient(new Socket());
                SocketClient feeder = connect("acme")) {
            stuck.socket().setReceiveBufferSize(8 * 1024);
            stuck.socket().connect(new InetSocketAddress("127.0.0.1", node.gateway.tcpPort()));
            stuck.send(TestClient.connect("acme"), new Subscribe(2, 1000, 0, "orders/created"));
            stuck.next(Subscribed.class);
            feeder.send(new OpenProducer(1, false, "orders", ""));
            int handle = feeder.next(ProducerOpened.class).handle();
            for (int i = 1; i <= 40; i++) {
                feeder.send(TestClient.publish(handle, i, "created", TestClient.body(300_000)));
                feeder.next(Confirm.class);
            }
            // The stall is noticed on the node's own clock, however long that takes here.
            while (node.shards.detached() == 0) {
                feeder.send(new Heartbeat());
                Thread.sleep(10);
            }
            stuck.awaitEnd();
        }
    }

    @Test
    void garbageIsAnsweredWithAnErrorThatSaysWhere() throws Exception {
        try (SocketClient client = SocketClient.to(node.gateway.tcpPort())) {
            client.sendBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Failure failure = client.next(Failure.class);
            assertThat(failure.code()).isEqualTo(ErrorCode.BAD_FRAME);
            assertThat(failure.message()).contains("frame length").contains("byte 0");
            client.awaitEnd();
        }
    }

    @Test
    void randomBytesOfManyClientsLeaveANeighbourAlone() throws Exception {
        Random random = new Random(42);
        try (SocketClient neighbour = connect("acme")) {
            neighbour.send(new OpenProducer(1, false, "orders", ""));
            int handle = neighbour.next(ProducerOpened.class).handle();
            for (int i = 1; i <= 30; i++) {
                try (SocketClient hostile = SocketClient.to(node.gateway.tcpPort())) {
                    byte[] bytes = new byte[1 + random.nextInt(2000)];
                    random.nextBytes(bytes);
                    bytes[0] = 0;
                    bytes[bytes.length > 1 ? 1 : 0] = 0;
                    hostile.sendBytes(bytes);
                }
                neighbour.send(TestClient.publish(handle, i, "paid", "m"));
                neighbour.next(Confirm.class);
            }
        }
    }

    @Test
    void drainingSendsClientsAway() throws Exception {
        try (TestGateway own = new TestGateway(TestSettings.plain(), 2);
                SocketClient stays = SocketClient.to(own.gateway.tcpPort()).send(TestClient.connect("acme"))) {
            stays.next(Connected.class);
            var drained = own.gateway.drain(100);
            assertThat(stays.next(GoAway.class).endpoints()).containsExactly("127.0.0.1:7610");
            stays.awaitEnd();
            drained.await(10, TimeUnit.SECONDS);
            assertThat(own.tenants.gate(1).connections()).isZero();
        }
    }
}
