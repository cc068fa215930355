package io.sluice.benchmark;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.vertx.core.json.JsonObject;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A deep backlog: published with no consumer, the node killed and started again, then drained completely. */
@Command(
        name = "backlog",
        description = "Publishes a deep backlog, kills and restarts the node, drains it.",
        mixinStandardHelpOptions = true)
final class BacklogBench implements Callable<Integer> {
    private static final long TIMEOUT_MS = 600_000;

    @Mixin
    private Options options;

    @Option(names = "--messages", defaultValue = "5000000", description = "depth (default: ${DEFAULT-VALUE})")
    private long messages;

    @Option(names = "--size", defaultValue = "256", description = "bytes of a body (default: ${DEFAULT-VALUE})")
    private int sizeBytes;

    @Override
    public Integer call() throws Exception {
        Medians medians = new Medians("backlog of " + messages + " × " + sizeBytes + " B, heap " + options.heap());
        for (int run = 0; run < options.runs(); run++) {
            try (Server server = Server.start(options)) {
                String key = server.onboard("bench", List.of("q"), new JsonObject());
                BitSet confirmed = publish(server, key, medians);
                medians.add("disk ÷ bodies", server.diskBytes() / (double) (messages * sizeBytes), Medians::plain);
                server.node().kill();
                medians.add("ready after kill -9", server.restart(), Medians::millis);
                drain(server, key, confirmed, medians);
                medians.add("disk after the drain", server.diskBytes(), value -> Medians.plain(value / 1e6) + " MB");
            }
            Report.progress("run " + (run + 1) + " of " + options.runs() + ": drained at "
                    + Medians.rate(medians.last("drained")));
        }
        Report.print(medians, "lost 0, doubled 0, out of order 0 in every run");
        return 0;
    }

    private BitSet publish(Server server, String key, Medians medians) throws Exception {
        try (SluiceClient client = server.client("bench", key);
                Publisher publisher =
                        client.publisher("bench", PublisherOptions.DEFAULT.withCallbacksOnEventLoop(true))) {
            Sender sender = new Sender(publisher, "q", sizeBytes);
            long cpuNs = server.node().cpuNs();
            long startNs = System.nanoTime();
            sender.floodCount(messages);
            sender.await(TIMEOUT_MS);
            medians.add("published and confirmed", messages / ((System.nanoTime() - startNs) / 1e9), Medians::rate);
            medians.add(
                    "server CPU a message published",
                    (server.node().cpuNs() - cpuNs) / (double) messages,
                    Medians::micros);
            if (sender.rejected() > 0) {
                throw new IllegalStateException(sender.rejected() + " messages were rejected");
            }
            return sender.confirmed();
        }
    }

    private void drain(Server server, String key, BitSet confirmed, Medians medians) throws Exception {
        Receiver receiver = new Receiver();
        receiver.record(false);
        long cpuNs = server.node().cpuNs();
        long startNs = System.nanoTime();
        ConsumerOptions consuming =
                ConsumerOptions.DEFAULT.withPrefetch(10_000, 8 << 20).withCallbacksOnEventLoop(true);
        try (SluiceClient client = server.client("bench", key);
                Consumer consumer = client.batchConsumer("bench/q", consuming, receiver)) {
            receiver.await(messages, TIMEOUT_MS);
            medians.add("drained", messages / ((System.nanoTime() - startNs) / 1e9), Medians::rate);
            medians.add(
                    "server CPU a message drained",
                    (server.node().cpuNs() - cpuNs) / (double) messages,
                    Medians::micros);
        }
        DeliveryChecker checker = receiver.checker();
        if (checker.lost(confirmed) + checker.doubled() + checker.outOfOrder() > 0) {
            throw new IllegalStateException("lost " + checker.lost(confirmed) + ", doubled " + checker.doubled()
                    + ", out of order " + checker.outOfOrder());
        }
    }
}
