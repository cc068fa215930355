package io.sluice.queuegroups.machine;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs that wait for their time, in buckets.
 *
 * <p>A delay is rounded up by at most 1/64 of itself, so that a queue has some thousand buckets at most however many messages wait, and these stay compact
 * in sealed chunks. Within a bucket the order of publishing holds.
 */
final class DelayedRuns {
    private static final long LONGEST_MS = 1L << 40;

    private final TreeMap<Long, RunDeque> buckets = new TreeMap<>();
    private long messages;
    private long bytes;

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    void add(long nowMs, long delayMs, Run run) {
        messages += run.count();
        bytes += run.bytes();
        buckets.computeIfAbsent(dueMs(nowMs, delayMs), due -> new RunDeque()).add(run);
    }

    /** Rounded up to a multiple of the largest power of two that is at most 1/64 of the delay. */
    static long dueMs(long nowMs, long delayMs) {
        long delay = Math.min(delayMs, LONGEST_MS);
        long grain = Math.max(1, Long.highestOneBit(delay) >> 6);
        return (nowMs + delay + grain - 1) / grain * grain;
    }

    /** {@link Run#NEVER} when nothing waits. */
    long nextDueMs() {
        return buckets.isEmpty() ? Run.NEVER : buckets.firstKey();
    }

    /** Removes and returns the first run that is due, or null. */
    @Nullable
    Run pollDue(long nowMs) {
        Map.Entry<Long, RunDeque> first = buckets.firstEntry();
        if (first == null || first.getKey() > nowMs) {
            return null;
        }
        Run next = first.getValue().peek();
        if (next == null) {
            throw new IllegalStateException("empty bucket of delayed runs");
        }
        Run run = first.getValue().take(next.count());
        if (first.getValue().isEmpty()) {
            buckets.pollFirstEntry();
        }
        messages -= run.count();
        bytes -= run.bytes();
        return run;
    }

    /** Hands all buckets over and is empty then. */
    void drainTo(Consumer<RunDeque> taker) {
        buckets.values().forEach(taker);
        buckets.clear();
        messages = 0;
        bytes = 0;
    }

    Iterable<RunDeque> buckets() {
        return buckets.values();
    }

    void write(StateWriter out) {
        out.varint(buckets.size());
        for (Map.Entry<Long, RunDeque> bucket : buckets.entrySet()) {
            out.i64(bucket.getKey());
            bucket.getValue().write(out);
        }
    }

    static DelayedRuns read(StateReader in) {
        DelayedRuns delayed = new DelayedRuns();
        for (int left = in.count(); left > 0; left--) {
            long dueMs = in.i64();
            RunDeque bucket = RunDeque.read(in);
            delayed.buckets.put(dueMs, bucket);
            delayed.messages += bucket.messages();
            delayed.bytes += bucket.bytes();
        }
        return delayed;
    }
}
