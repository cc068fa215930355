package io.sluice.benchmark;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;

/** One producer and one consumer of a queue, on connections of their own. */
final class Pair implements AutoCloseable {
    private static final long OUTCOME_TIMEOUT_MS = 60_000;

    private final SluiceClient producing;
    private final SluiceClient consuming;
    private final Publisher publisher;
    private final Consumer consumer;
    private final Sender sender;
    private final Receiver receiver = new Receiver();

    Pair(Bed bed, String tenant, String key, String queue, int sizeBytes) {
        this(bed, tenant, key, queue, sizeBytes, PublisherOptions.DEFAULT.withCallbacksOnEventLoop(true));
    }

    Pair(Bed bed, String tenant, String key, String queue, int sizeBytes, PublisherOptions options) {
        this(
                bed.producing(tenant, key),
                bed.consuming(tenant, key),
                queue,
                sizeBytes,
                ConsumerOptions.DEFAULT.withPrefetch(10_000, 8 << 20),
                options);
    }

    /** One of many: on event loops that it shares with the others, with a prefetch that fits a low rate. */
    static Pair ofMany(Server server, String tenant, String key, String queue, int sizeBytes) {
        return new Pair(
                server.sharedClient(tenant, key),
                server.sharedClient(tenant, key),
                queue,
                sizeBytes,
                ConsumerOptions.DEFAULT.withPrefetch(100, 1 << 20),
                PublisherOptions.DEFAULT.withCallbacksOnEventLoop(true));
    }

    private Pair(
            SluiceClient producing,
            SluiceClient consuming,
            String queue,
            int sizeBytes,
            ConsumerOptions consumption,
            PublisherOptions options) {
        this.producing = producing;
        this.consuming = consuming;
        consumer = consuming.batchConsumer("bench/" + queue, consumption.withCallbacksOnEventLoop(true), receiver);
        publisher = producing.publisher("bench", options);
        sender = new Sender(publisher, queue, sizeBytes);
    }

    Sender sender() {
        return sender;
    }

    Receiver receiver() {
        return receiver;
    }

    /** Waits until everything published is confirmed and received. */
    void settle() throws InterruptedException {
        sender.await(OUTCOME_TIMEOUT_MS);
        receiver.await(sender.confirmed().cardinality(), OUTCOME_TIMEOUT_MS);
    }

    /** Throws when a message was lost, doubled or out of order. */
    void check() {
        DeliveryChecker checker = receiver.checker();
        long lost = checker.lost(sender.confirmed());
        if (lost + checker.doubled() + checker.outOfOrder() > 0) {
            throw new IllegalStateException(
                    "lost " + lost + ", doubled " + checker.doubled() + ", out of order " + checker.outOfOrder());
        }
    }

    @Override
    public void close() {
        publisher.close();
        consumer.close();
        producing.close();
        consuming.close();
    }
}
