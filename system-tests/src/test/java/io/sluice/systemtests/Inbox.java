package io.sluice.systemtests;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.SluiceClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A consumer whose deliveries wait to be looked at, unsettled. */
final class Inbox implements AutoCloseable {
    private static final int WAIT_S = 60;

    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final Consumer consumer;

    private Inbox(SluiceClient client, String queue, ConsumerOptions options) {
        this.consumer = client.consumer(queue, options, deliveries::add);
    }

    static Inbox of(SluiceClient client, String queue) {
        return new Inbox(client, queue, ConsumerOptions.DEFAULT);
    }

    static Inbox of(SluiceClient client, String queue, int prefetchCount, int prefetchBytes) {
        return new Inbox(client, queue, ConsumerOptions.DEFAULT.withPrefetch(prefetchCount, prefetchBytes));
    }

    Consumer consumer() {
        return consumer;
    }

    /** The next delivery. */
    Delivery next() throws InterruptedException {
        Delivery delivery = deliveries.poll(WAIT_S, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("no delivery of " + consumer + " within " + WAIT_S + " s");
        }
        return delivery;
    }

    /** Text of the next deliveries, each acked. */
    List<String> take(int count) throws InterruptedException {
        List<String> bodies = new ArrayList<>();
        while (bodies.size() < count) {
            Delivery delivery = next();
            bodies.add(text(delivery));
            delivery.ack();
        }
        return bodies;
    }

    static String text(Delivery delivery) {
        return new String(delivery.body(), StandardCharsets.UTF_8);
    }

    /** Deliveries that nobody has looked at. */
    int waiting() {
        return deliveries.size();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
