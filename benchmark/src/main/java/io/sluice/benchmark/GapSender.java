package io.sluice.benchmark;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Publishes at a steady rate from a thread of its own, has it consumed through another connection, and measures the longest pause between two confirms. */
final class GapSender implements AutoCloseable {
    private static final int SIZE_BYTES = 256;
    private static final long TIMEOUT_MS = 60_000;

    private final SluiceClient producing;
    private final SluiceClient consuming;
    private final String queue;
    private final Publisher publisher;
    private final Consumer consumer;
    private final Receiver receiver = new Receiver();
    private final BitSet confirmed = new BitSet();
    private final Thread thread;
    private volatile boolean stopped;
    private final AtomicLong confirmedCount = new AtomicLong();
    private volatile long confirmedNs;
    private volatile long longestGapNs;

    GapSender(SluiceClient producing, SluiceClient consuming, String queue, double perSecond) {
        this.producing = producing;
        this.consuming = consuming;
        this.queue = queue;
        this.consumer = consuming.batchConsumer(
                "bench/" + queue, ConsumerOptions.DEFAULT.withCallbacksOnEventLoop(true), receiver);
        this.publisher = producing.publisher("bench", PublisherOptions.DEFAULT.withCallbacksOnEventLoop(true));
        this.thread = new Thread(() -> publish((long) (1e9 / perSecond)), "publishing");
        thread.start();
    }

    private void publish(long pauseNs) {
        for (int number = 0; !stopped; number++) {
            int published = number;
            publisher.publish(
                    queue,
                    Numbered.message(SIZE_BYTES, number, System.nanoTime()),
                    (sequence, rejection) -> outcome(published, rejection == null));
            LockSupport.parkNanos(pauseNs);
        }
    }

    /** The client's event loop only. */
    private void outcome(int number, boolean stored) {
        if (stored) {
            long nowNs = System.nanoTime();
            longestGapNs = confirmedNs == 0 ? 0 : Math.max(longestGapNs, nowNs - confirmedNs);
            confirmedNs = nowNs;
            confirmed.set(number);
            confirmedCount.incrementAndGet();
        }
    }

    /** Waits until so many more are confirmed. */
    void awaitConfirms(int count) throws InterruptedException {
        long enough = confirmedCount.get() + count;
        long deadlineNs = System.nanoTime() + TIMEOUT_MS * 1_000_000;
        while (confirmedCount.get() < enough) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("no " + count + " confirms within " + TIMEOUT_MS + " ms");
            }
            Thread.sleep(1);
        }
    }

    /** Since the last call. */
    long takeLongestGapNs() {
        long gapNs = longestGapNs;
        longestGapNs = 0;
        return gapNs;
    }

    /** Stops; throws when a message was lost, doubled or out of order. Answers how many were confirmed. */
    long finish() throws InterruptedException {
        stopped = true;
        thread.join();
        if (!publisher.awaitOutcomes(TIMEOUT_MS)) {
            throw new IllegalStateException("messages without an outcome after " + TIMEOUT_MS + " ms");
        }
        receiver.await(confirmed.cardinality(), TIMEOUT_MS);
        DeliveryChecker checker = receiver.checker();
        long lost = checker.lost(confirmed);
        if (lost + checker.doubled() + checker.outOfOrder() > 0) {
            throw new IllegalStateException(
                    "lost " + lost + ", doubled " + checker.doubled() + ", out of order " + checker.outOfOrder());
        }
        return confirmed.cardinality();
    }

    @Override
    public void close() {
        stopped = true;
        publisher.close();
        consumer.close();
        producing.close();
        consuming.close();
    }
}
