package io.sluice.cli.demo;

import io.sluice.client.ClientListener;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The noisy tenant: publishes as fast as it is let, and consumes nothing. */
final class FloodTraffic implements AutoCloseable {
    private static final int BODY_BYTES = 1024;
    private static final long OUTCOME_TIMEOUT_MS = 20_000;

    private final SluiceClient client;
    private final Publisher publisher;
    private final Thread sender = new Thread(this::send, "demo-flood");
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicReference<String> throttled = new AtomicReference<>("");

    FloodTraffic(DemoTenant tenant) {
        client = tenant.connect(new ClientListener() {
            @Override
            public void onThrottled(Throttle throttle) {
                throttled.set(throttle.limit());
            }
        });
        publisher = client.publisher(DemoTenant.GROUP);
        sender.start();
    }

    private void send() {
        Message message = Message.of(new byte[BODY_BYTES]);
        while (running.get()) {
            publisher.publish(DemoTenant.QUEUE, message, (sequence, rejection) -> {
                if (rejection == null) {
                    confirmed.incrementAndGet();
                }
            });
        }
    }

    long confirmed() {
        return confirmed.get();
    }

    /** Name of the limit that the server said it is held back by, or an empty string. */
    String throttled() {
        return String.valueOf(throttled.get());
    }

    /** Stops sending and waits for the outcomes. */
    void settle() throws InterruptedException {
        running.set(false);
        sender.join();
        publisher.awaitOutcomes(OUTCOME_TIMEOUT_MS);
    }

    @Override
    public void close() {
        running.set(false);
        client.close();
    }
}
