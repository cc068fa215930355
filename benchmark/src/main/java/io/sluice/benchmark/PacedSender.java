package io.sluice.benchmark;

import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Offers messages at a rate that can be changed, from a thread of its own, and counts confirms. What it can't get rid of in time it does not make up for. */
final class PacedSender implements AutoCloseable {
    private static final int SIZE_BYTES = 256;
    private static final int WINDOW_MESSAGES = 256;
    private static final long MOST_LATE_NS = 50_000_000;
    private static final long STEP_NS = 1_000_000;

    private final SluiceClient client;
    private final Publisher publisher;
    private final Thread thread;
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private volatile double perSecond;
    private volatile boolean stopped;

    /** @param client closed with this; the messages go to the queue {@code q} of the group {@code bench} */
    PacedSender(SluiceClient client) {
        this.client = client;
        // Small: what stands in the window when the rate changes is still sent at the old place.
        this.publisher = client.publisher(
                "bench",
                PublisherOptions.DEFAULT.withWindow(WINDOW_MESSAGES, 1 << 20).withCallbacksOnEventLoop(true));
        this.thread = new Thread(this::run, "publishing");
        thread.start();
    }

    private void run() {
        long number = 0;
        long nextNs = System.nanoTime();
        while (!stopped) {
            long nowNs = System.nanoTime();
            double rate = perSecond;
            if (rate <= 0 || nextNs > nowNs) {
                nextNs = Math.max(nextNs, rate <= 0 ? nowNs : nextNs);
                LockSupport.parkNanos(STEP_NS);
                continue;
            }
            nextNs = Math.max(nextNs, nowNs - MOST_LATE_NS) + (long) (1e9 / rate);
            publisher.publish("q", Numbered.message(SIZE_BYTES, number++, nowNs), (sequence, rejection) -> {
                AtomicLong count = rejection == null ? confirmed : rejected;
                count.incrementAndGet();
            });
        }
    }

    /** Messages a second from now on; 0 for none. */
    void offer(double rate) {
        perSecond = rate;
    }

    long confirmed() {
        return confirmed.get();
    }

    long rejected() {
        return rejected.get();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publisher.close();
        client.close();
    }
}
