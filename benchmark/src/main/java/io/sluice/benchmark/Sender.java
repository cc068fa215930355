package io.sluice.benchmark;

import io.sluice.client.PublishCallback;
import io.sluice.client.PublishRejectedException;
import io.sluice.client.Publisher;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Publishes numbered messages, as fast as the window allows or at a steady rate, and remembers which were confirmed. Confined to one thread; outcomes come on another. */
final class Sender {
    private static final long HIGHEST_NS = 600_000_000_000L;

    private final Publisher publisher;
    private final String queue;
    private final int sizeBytes;
    private final BitSet confirmedNumbers = new BitSet();
    private final Histogram confirmLatency = new Histogram(HIGHEST_NS, 3);
    private final AtomicLong outcomes = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private volatile boolean recording = true;
    private long next;

    Sender(Publisher publisher, String queue, int sizeBytes) {
        this.publisher = publisher;
        this.queue = queue;
        this.sizeBytes = sizeBytes;
    }

    /** Publishes for so long, as fast as it goes. */
    void flood(long durationNs) {
        long endNs = System.nanoTime() + durationNs;
        long nowNs = System.nanoTime();
        while (nowNs < endNs && !Thread.currentThread().isInterrupted()) {
            for (int i = 0; i < 64; i++) {
                send(nowNs);
            }
            nowNs = System.nanoTime();
        }
    }

    /** Publishes so many, as fast as it goes. */
    void floodCount(long count) {
        for (long i = 0; i < count; i++) {
            send(System.nanoTime());
        }
    }

    /** Publishes at a steady rate; a message that is late keeps its intended time. */
    void steady(double perSecond, long durationNs) {
        long startNs = System.nanoTime();
        long count = (long) (perSecond * durationNs / 1e9);
        for (long i = 0; i < count; i++) {
            long intendedNs = startNs + (long) (i * 1e9 / perSecond);
            for (long waitNs = intendedNs - System.nanoTime(); waitNs > 0; waitNs = intendedNs - System.nanoTime()) {
                LockSupport.parkNanos(waitNs);
            }
            send(intendedNs);
        }
    }

    /** Publishes one message that should have been sent at this time. */
    void send(long intendedNs) {
        long number = next++;
        publisher.publish(queue, Numbered.message(sizeBytes, number, intendedNs), new Outcome(number, intendedNs));
    }

    private final class Outcome implements PublishCallback {
        private final long number;
        private final long intendedNs;

        Outcome(long number, long intendedNs) {
            this.number = number;
            this.intendedNs = intendedNs;
        }

        @Override
        public void onOutcome(long sequence, @Nullable PublishRejectedException rejection) {
            if (rejection == null) {
                confirmedNumbers.set(Math.toIntExact(number));
                if (recording) {
                    confirmLatency.recordValue(Math.min(HIGHEST_NS, System.nanoTime() - intendedNs));
                }
            } else {
                rejected.incrementAndGet();
            }
            outcomes.incrementAndGet();
        }
    }

    /** Waits until every message published has an outcome. */
    void await(long timeoutMs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
        while (outcomes.get() < next) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("only " + outcomes.get() + " of " + next
                        + " messages had an outcome within " + timeoutMs + " ms");
            }
            Thread.sleep(1);
        }
    }

    void record(boolean on) {
        recording = on;
    }

    long published() {
        return next;
    }

    long rejected() {
        return rejected.get();
    }

    /** Numbers of confirmed messages; read it after {@link #await}. */
    BitSet confirmed() {
        return confirmedNumbers;
    }

    Histogram confirmLatency() {
        return confirmLatency;
    }
}
