package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.gateway.session.Harness.Client;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.CloseProducer;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameEncoder;
import io.sluice.protocol.frame.FrameType;
import io.sluice.protocol.frame.Heartbeat;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.SetPrefetch;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Unsubscribe;
import io.sluice.queuegroups.api.CommandType;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded clients that send valid frames in any order and state, with faults of the shard in between: nothing leaks, and a neighbour is served throughout. */
final class HostileInputTest {
    private static final int CLIENTS = 60;
    private static final int FRAMES = 40;

    private final Harness harness = new Harness();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void validFramesInAnyStateHarmNobodyElse(long seed) {
        Random random = new Random(seed);
        Client neighbour = harness.connected("beta");
        int producer = neighbour.openProducer("p");
        for (int i = 0; i < CLIENTS; i++) {
            Client client = harness.client();
            if (random.nextInt(10) > 0) {
                client.send(TestClient.connect("acme"));
            }
            for (int j = 0; j < FRAMES; j++) {
                client.send(frame(random));
                disturb(random, client);
            }
            client.connection.closed();
            neighbour.send(TestClient.publish(producer, i + 1, "created", "m"), new Heartbeat());
        }
        harness.shards.lose(CommandType.UNSUBSCRIBE, 0);
        for (int i = 0; i < 80; i++) {
            harness.time.pass(1000);
            neighbour.send(new Heartbeat());
        }
        assertThat(neighbour.link.last(Confirm.class).sequences().last(0)).isEqualTo(CLIENTS);
        assertThat(neighbour.link.all(Failure.class)).isEmpty();
        assertThat(neighbour.link.closed()).isFalse();
        assertThat(harness.meters.connections.get()).isEqualTo(1);
        assertThat(harness.loop.senders().size()).isEqualTo(1);
        assertThat(harness.tenants.gate(Harness.ACME).connections()).isZero();
        assertThat(harness.tenants.gate(Harness.ACME).unacked()).isZero();
        assertThat(harness.loop.publishBudget().usedBytes()).isLessThanOrEqualTo(PublishWindow.START_BYTES * 4L);
    }

    private void disturb(Random random, Client client) {
        switch (random.nextInt(12)) {
            case 0 -> harness.shards.lose(CommandType.PUBLISH, random.nextInt(3));
            case 1 -> harness.shards.lose(CommandType.UNSUBSCRIBE, random.nextInt(3));
            case 2 -> harness.shards.lose(CommandType.SUBSCRIBE, 1);
            case 3 -> harness.shards.lose(CommandType.SETTLE, 1);
            case 4 -> harness.time.pass(random.nextInt(200));
            case 5 -> {
                client.link.readable = !client.link.readable;
                client.connection.writable();
            }
            default -> {}
        }
    }

    private static Frame frame(Random random) {
        int handle = 1 + random.nextInt(4);
        long first = 1L + random.nextInt(4);
        return switch (random.nextInt(14)) {
            case 0, 1 ->
                new OpenProducer(
                        random.nextInt(9),
                        random.nextBoolean(),
                        pick(random, "orders", "no", ""),
                        pick(random, "", "p", "Ü"));
            case 2, 3, 4 ->
                TestClient.publish(handle, first, pick(random, "created", "paid", "secret", "nix"), "a", "b");
            case 5 -> new CloseProducer(handle, random.nextBoolean());
            case 6, 7, 8 ->
                new Subscribe(
                        1,
                        1 + random.nextInt(20),
                        random.nextInt(3),
                        pick(random, "orders/created", "orders/paid", "x"));
            case 9 -> new Ack(handle, Ranges.of(first, first + random.nextInt(3)));
            case 10 -> new Nack(handle, random.nextBoolean(), random.nextInt(3) - 1, Ranges.of(first, first));
            case 11 -> new SetPrefetch(handle, 1 + random.nextInt(30), 0);
            case 12 -> new Unsubscribe(handle);
            default -> new ResumeConsumer(3, random.nextInt(3), 0, random.nextInt(3), 0, "orders/created");
        };
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void alteredBytesEndInAnErrorOrInAFrame(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Client client = harness.connected("acme");
            FrameDecoder decoder = new FrameDecoder(FrameType.Sender.CLIENT, 1 << 16);
            ByteBuf bytes = Unpooled.buffer();
            for (int j = 0; j < 5; j++) {
                FrameEncoder.encode(frame(random), bytes);
            }
            for (int j = random.nextInt(6); j >= 0; j--) {
                bytes.setByte(random.nextInt(bytes.writerIndex()), random.nextInt(256));
            }
            var bad = decoder.decode(bytes, client.connection::accept);
            if (bad != null) {
                client.connection.broken(bad.message());
                assertThat(client.link.all(Failure.class)).isNotEmpty();
            }
            harness.time.run();
            client.connection.closed();
        }
        harness.time.pass(120_000);
        assertThat(harness.loop.senders().size()).isZero();
        assertThat(harness.loop.connectionCount()).isZero();
    }
}
