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

    Pair(Server server, String tenant, String key, String queue, int sizeBytes) {
        this(server, tenant, key, queue, sizeBytes, PublisherOptions.DEFAULT.withCallbacksOnEventLoop(true));
    }

    Pair(Server server, String tenant, String key, String queue, int sizeBytes, PublisherOptions options) {
        producing = server.client(tenant, key);
        consuming = server.client(tenant, key);
        consumer = consuming.batchConsumer(
                "bench/" + queue,
                ConsumerOptions.DEFAULT.withPrefetch(10_000, 8 << 20).withCallbacksOnEventLoop(true),
                receiver);
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
