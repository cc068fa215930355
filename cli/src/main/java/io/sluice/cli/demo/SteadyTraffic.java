package io.sluice.cli.demo;

import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The well-behaved tenant: a steady stream of numbered messages over TCP, each confirmed, consumed and acked, its latency measured. */
final class SteadyTraffic implements AutoCloseable {
    private static final int BODY_BYTES = 256;
    private static final long SETTLE_TIMEOUT_MS = 20_000;

    private final SluiceClient producing;
    private final SluiceClient consuming;
    private final Publisher publisher;
    private final Latencies latencies = new Latencies();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final Thread sender;
    private long next;
    private long expected;

    SteadyTraffic(DemoTenant tenant, int perSecond) {
        producing = tenant.connect();
        consuming = tenant.connect();
        consuming.consumer(
                DemoTenant.GROUP + "/" + DemoTenant.QUEUE,
                ConsumerOptions.DEFAULT.withCallbacksOnEventLoop(true),
                this::take);
        publisher = producing.publisher(DemoTenant.GROUP);
        sender = new Thread(() -> send(perSecond), "demo-steady");
        sender.start();
    }

    private void send(int perSecond) {
        long intervalNs = 1_000_000_000L / perSecond;
        for (long intendedNs = System.nanoTime(); running.get(); intendedNs += intervalNs) {
            for (long waitNs = intendedNs - System.nanoTime(); waitNs > 0; waitNs = intendedNs - System.nanoTime()) {
                LockSupport.parkNanos(waitNs);
            }
            byte[] body = new byte[BODY_BYTES];
            ByteBuffer.wrap(body).putLong(next++).putLong(intendedNs);
            publisher.publish(DemoTenant.QUEUE, Message.of(body), (sequence, rejection) -> {
                if (rejection == null) {
                    confirmed.incrementAndGet();
                } else {
                    wrong.incrementAndGet();
                }
            });
        }
    }

    private void take(Delivery delivery) {
        ByteBuffer body = delivery.bodyView();
        latencies.add(System.nanoTime() - body.getLong(body.position() + 8));
        if (body.getLong(body.position()) != expected++) {
            wrong.incrementAndGet();
        }
        received.incrementAndGet();
        delivery.ack();
    }

    Latencies latencies() {
        return latencies;
    }

    /** Stops sending and waits until everything confirmed was received. @return whether all was confirmed, received once and in order */
    boolean settle() throws InterruptedException {
        running.set(false);
        sender.join();
        publisher.awaitOutcomes(SETTLE_TIMEOUT_MS);
        long deadlineMs = System.currentTimeMillis() + SETTLE_TIMEOUT_MS;
        while (received.get() < confirmed.get() && System.currentTimeMillis() < deadlineMs) {
            Thread.sleep(10);
        }
        return wrong.get() == 0 && confirmed.get() == next && received.get() == next;
    }

    String counts() {
        return "published " + next + ", confirmed " + confirmed + ", received " + received + ", lost or out of order "
                + (wrong.get() + next - received.get());
    }

    @Override
    public void close() {
        running.set(false);
        producing.close();
        consuming.close();
    }
}
