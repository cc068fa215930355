package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.client.ClientListener;
import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.SluiceClient;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints messages, one a line, and acks each after it was printed. */
@Command(
        name = "consume",
        description = "Print messages to standard output, one a line; each is acked after it was printed.",
        mixinStandardHelpOptions = true)
final class ConsumeCommand implements Callable<Integer> {
    private static final int POLL_MS = 50;

    @Mixin
    private ClientConnection connection;

    @Parameters(index = "0", paramLabel = "GROUP/QUEUE")
    private String address;

    @Option(
            names = {"-n", "--count"},
            defaultValue = "0",
            description = "end after so many messages; 0 for no end")
    private long count;

    @Option(
            names = "--idle-ms",
            defaultValue = "0",
            description = "end when nothing came for so long; 0: wait until interrupted")
    private long idleMs;

    @Option(
            names = "--prefetch",
            defaultValue = "1000",
            description = "messages sent ahead (default: ${DEFAULT-VALUE})")
    private int prefetch;

    @Option(names = "--json", description = "print each message as JSON, with key, headers and delivery count")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final AtomicLong printed = new AtomicLong();
    private final CountDownLatch enough = new CountDownLatch(1);
    private volatile long lastNs = System.nanoTime();

    @Override
    public Integer call() throws InterruptedException {
        Addresses.split(address);
        PrintWriter out = spec.commandLine().getOut();
        try (SluiceClient client = connection.connect(ClientListener.NONE)) {
            Consumer consumer = client.consumer(
                    address, ConsumerOptions.DEFAULT.withPrefetch(limited(), 8 << 20), delivery -> take(delivery, out));
            awaitEnd(consumer);
            consumer.close();
        }
        out.flush();
        return 0;
    }

    /** Never takes more from the queue than is to be printed. */
    private int limited() {
        return count > 0 ? (int) Math.min(count, prefetch) : prefetch;
    }

    private void take(Delivery delivery, PrintWriter out) {
        if (count > 0 && printed.get() >= count) {
            return;
        }
        out.println(json ? describe(delivery) : new String(delivery.body(), StandardCharsets.UTF_8));
        out.flush();
        if (out.checkError()) {
            enough.countDown();
            return;
        }
        delivery.ack();
        lastNs = System.nanoTime();
        if (printed.incrementAndGet() == count) {
            enough.countDown();
        }
    }

    private static String describe(Delivery delivery) {
        ObjectNode node = AdminApi.JSON.createObjectNode();
        node.put("key", delivery.key());
        ObjectNode headers = node.putObject("headers");
        delivery.headers().forEach(headers::put);
        node.put("timestampMs", delivery.timestampMs()).put("deliveryCount", delivery.deliveryCount());
        node.put("body", new String(delivery.body(), StandardCharsets.UTF_8));
        return node.toString();
    }

    private void awaitEnd(Consumer consumer) throws InterruptedException {
        while (!enough.await(POLL_MS, TimeUnit.MILLISECONDS)) {
            if (idleMs > 0 && System.nanoTime() - lastNs > idleMs * 1_000_000) {
                return;
            }
            if (consumer.ended().isDone()) {
                failure(consumer);
            }
        }
    }

    private static void failure(Consumer consumer) throws InterruptedException {
        try {
            consumer.ended().get();
        } catch (ExecutionException e) {
            throw new CliException("the consumer was closed: " + Failures.describe(e));
        }
    }
}
