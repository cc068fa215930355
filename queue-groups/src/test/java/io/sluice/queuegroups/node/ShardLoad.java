package io.sluice.queuegroups.node;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardRouter.ShardPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Publishes envelopes through the router with a real log while a consumer acks ranges; says messages per second and CPU per message. No network, no
 * clients: what the shard, the machine and the log cost. Arguments: folder, report file, seconds, messages per envelope, body bytes, envelopes in flight, backlog (messages that wait before
 * the consumer comes, after which nothing is published; 0 for none).
 */
final class ShardLoad {
    private final ShardPort port;
    private final int envelopeCount;
    private final ByteBuffer messages;
    private int epoch;
    private long nextSequence = 1;
    private int consumerEpoch;
    private long settleSequence;
    private long confirmed;
    private long delivered;
    private boolean stopped;
    private final int inFlight;
    private final long backlog;
    private final CountDownLatch ready = new CountDownLatch(1);

    private ShardLoad(TestNode node, int envelopeCount, int bodyBytes, int inFlight, long backlog) {
        this.envelopeCount = envelopeCount;
        this.inFlight = inFlight;
        this.backlog = backlog;
        this.messages = TestClient.messages(1, envelopeCount, bodyBytes);
        this.port = node.groups.router().open(0, this::received);
    }

    private static void main(Path folder, String[] args) throws Exception {
        int seconds = Integer.parseInt(args[2]);
        int envelope = Integer.parseInt(args[3]);
        try (TestNode node = TestNode.start(folder, 1, 64L << 20)) {
            node.define(0);
            Context context = node.vertx.getOrCreateContext();
            ShardLoad load =
                    TestNode.await(Future.future(promise -> context.runOnContext(now -> promise.complete(new ShardLoad(
                            node,
                            envelope,
                            Integer.parseInt(args[4]),
                            Integer.parseInt(args[5]),
                            Long.parseLong(args[6]))))));
            context.runOnContext(now -> load.open());
            load.ready.await(10, TimeUnit.SECONDS);
            for (int i = 0; i < seconds; i++) {
                report(Path.of(args[1]), load);
            }
            load.stopped = true;
        }
    }

    private static void report(Path file, ShardLoad load) throws InterruptedException, IOException {
        long startNs = System.nanoTime();
        Duration cpu = cpu();
        long confirmed = load.confirmed;
        long delivered = load.delivered;
        TimeUnit.SECONDS.sleep(1);
        long messages = load.delivered - delivered;
        double elapsed = (System.nanoTime() - startNs) / 1e9;
        String line = String.format(
                "confirmed %,.0f/s delivered %,.0f/s cpu %.2f us/message%n",
                (load.confirmed - confirmed) / elapsed,
                messages / elapsed,
                cpu().minus(cpu).toNanos() / 1e3 / Math.max(1, messages));
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    public static void main(String[] args) throws Exception {
        main(Path.of(args[0]), args);
    }

    private void open() {
        port.send(
                0,
                Commands.openProducer(
                        TestNode.TENANT, TestNode.GROUP, port.origin().pack(), 1, "load"));
        if (backlog == 0) {
            subscribe();
        }
    }

    private void subscribe() {
        port.send(
                0,
                Commands.subscribe(
                        TestNode.TENANT, TestNode.GROUP, port.origin().pack(), 2, TestNode.QUEUE, 50_000, 64L << 20));
    }

    private void received(List<ShardEvent> events) {
        for (ShardEvent event : events) {
            if (event instanceof ShardEvent.Confirmed e) {
                confirmed += e.lastSequence() - e.firstSequence() + 1;
                if (backlog > 0 && !stopped && confirmed >= backlog) {
                    stopped = true;
                    subscribe();
                }
                while (!stopped && nextSequence - 1 - confirmed < (long) inFlight * envelopeCount) {
                    publish();
                }
            } else if (event instanceof ShardEvent.Delivered e) {
                delivered += e.count();
                ack(e);
            } else if (event instanceof ShardEvent.ProducerOpened e) {
                epoch = e.epoch();
                ready.countDown();
                for (int i = 0; i < inFlight; i++) {
                    publish();
                }
            } else if (event instanceof ShardEvent.Subscribed e) {
                consumerEpoch = e.epoch();
            } else if (!(event instanceof ShardEvent.Settled)) {
                throw new IllegalStateException(event.toString());
            }
        }
    }

    private void publish() {
        port.send(
                0,
                Commands.publish(
                        TestNode.TENANT,
                        TestNode.GROUP,
                        port.origin().pack(),
                        1,
                        epoch,
                        nextSequence,
                        false,
                        List.of(new Commands.Section(TestNode.QUEUE, envelopeCount, messages.remaining(), 0)),
                        messages));
        nextSequence += envelopeCount;
    }

    private void ack(ShardEvent.Delivered e) {
        port.send(
                0,
                Commands.settle(
                        TestNode.TENANT,
                        TestNode.GROUP,
                        port.origin().pack(),
                        2,
                        consumerEpoch,
                        ++settleSequence,
                        List.of(new Commands.Settlement(
                                Commands.Outcome.ACK, 0, e.firstTag(), e.firstTag() + e.count() - 1))));
    }
}
