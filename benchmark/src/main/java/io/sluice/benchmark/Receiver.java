package io.sluice.benchmark;

import io.sluice.client.BatchHandler;
import io.sluice.client.Delivery;
import io.sluice.client.DeliveryBatch;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Takes numbered messages, checks them, measures how long they were under way, and acks them. Confined to its consumer's callback thread but for the counters. */
final class Receiver implements BatchHandler {
    private static final long HIGHEST_NS = 600_000_000_000L;

    private final DeliveryChecker checker = new DeliveryChecker();
    private final Histogram latency = new Histogram(HIGHEST_NS, 3);
    private final AtomicLong received = new AtomicLong();
    private volatile boolean recording = true;

    @Override
    public void onDeliveries(DeliveryBatch batch) {
        long nowNs = System.nanoTime();
        for (Delivery delivery : batch) {
            ByteBuffer body = delivery.bodyView();
            checker.onDelivery(Numbered.number(body), delivery.deliveryCount());
            if (recording) {
                latency.recordValue(Math.min(HIGHEST_NS, Math.max(0, nowNs - Numbered.intendedNs(body))));
            }
        }
        batch.ackAll();
        received.set(checker.received());
    }

    /** Waits until {@code count} different messages came. */
    void await(long count, long timeoutMs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
        while (received.get() < count) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException(
                        "only " + received.get() + " of " + count + " messages came within " + timeoutMs + " ms");
            }
            Thread.sleep(1);
        }
    }

    void record(boolean on) {
        recording = on;
    }

    long received() {
        return received.get();
    }

    DeliveryChecker checker() {
        return checker;
    }

    Histogram latency() {
        return latency;
    }
}
