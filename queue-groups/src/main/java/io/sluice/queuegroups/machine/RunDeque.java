package io.sluice.queuegroups.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A first-in first-out line of runs whose heap does not grow much with its length: decoded runs at both ends, sealed chunks between.
 *
 * <p><em>Invariants:</em> {@code messages} and {@code bytes} are the sums over all runs; {@code minExpiryMs} is at most the earliest expiry.
 */
final class RunDeque {
    /** Large enough that the object around a chunk costs little, small enough that rewriting one does too. */
    static final int CHUNK_RUNS = 512;

    private ArrayDeque<Run> head = new ArrayDeque<>(2);
    private ArrayDeque<Chunk> sealed = new ArrayDeque<>(2);
    private ArrayDeque<Run> tail = new ArrayDeque<>(2);
    private long messages;
    private long bytes;
    private long minExpiryMs = Run.NEVER;

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    /** At most the earliest expiry of a run in here. */
    long minExpiryMs() {
        return minExpiryMs;
    }

    boolean isEmpty() {
        return messages == 0;
    }

    void add(Run run) {
        messages += run.count();
        bytes += run.bytes();
        minExpiryMs = Math.min(minExpiryMs, run.expiryMs());
        Run last = tail.peekLast();
        if (last != null && last.joins(run)) {
            tail.pollLast();
            tail.addLast(last.join(run));
            return;
        }
        tail.addLast(run);
        if (tail.size() >= CHUNK_RUNS) {
            sealed.addLast(Chunk.seal(tail));
            tail.clear();
        }
    }

    @Nullable
    Run peek() {
        if (head.isEmpty()) {
            refill();
        }
        return head.peekFirst();
    }

    /** As {@link #peek}, for those who only look: nothing is decoded for good, so that looking leaves no trace in the state. */
    @Nullable
    Run first() {
        Chunk chunk = sealed.peekFirst();
        if (!head.isEmpty() || chunk == null) {
            return head.isEmpty() ? tail.peekFirst() : head.peekFirst();
        }
        return chunk.first();
    }

    /** Removes and returns the first {@code n} messages of the first run. */
    Run take(int n) {
        Run first = peek();
        if (first == null) {
            throw new IllegalStateException("nothing to take");
        }
        head.pollFirst();
        if (n < first.count()) {
            head.addFirst(first.after(n));
            first = first.first(n);
        }
        messages -= first.count();
        bytes -= first.bytes();
        if (messages == 0) {
            minExpiryMs = Run.NEVER;
        }
        return first;
    }

    private void refill() {
        Chunk chunk = sealed.pollFirst();
        if (chunk != null) {
            chunk.forEach(head::addLast);
        } else if (!tail.isEmpty()) {
            ArrayDeque<Run> empty = head;
            head = tail;
            tail = empty;
        }
    }

    /** Sees every run once, in order. */
    void forEach(Consumer<Run> visitor) {
        forEach(chunk -> true, visitor);
    }

    /** Sees the decoded runs and those of the chunks wanted, in order. */
    void forEach(Predicate<Chunk> wanted, Consumer<Run> visitor) {
        head.forEach(visitor);
        for (Chunk chunk : sealed) {
            if (wanted.test(chunk)) {
                chunk.forEach(visitor);
            }
        }
        tail.forEach(visitor);
    }

    /** Says what stands in a run's place: nothing, itself, or others with the same messages in the same order. */
    @FunctionalInterface
    interface Rewriter {
        void rewrite(Run run, Consumer<Run> replacement);
    }

    /**
     * Rewrites the parts that hold a run wanted, as far as the budget goes; a unit is a run rewritten. A part that holds none costs nothing, so that every call
     * with a fresh budget gets further.
     *
     * @return whether all were rewritten
     */
    boolean rewrite(Predicate<Chunk> wanted, Predicate<Run> wantedRun, Rewriter rewriter, WorkBudget budget) {
        long oldMinExpiryMs = minExpiryMs;
        if (head.stream().anyMatch(wantedRun) && budget.take(head.size())) {
            head = rewritten(head, rewriter);
        }
        ArrayDeque<Chunk> chunks = new ArrayDeque<>(sealed.size() + 1);
        for (Chunk chunk : sealed) {
            if (wanted.test(chunk) && budget.take(chunk.runs())) {
                List<Run> runs = new ArrayList<>(chunk.runs());
                chunk.forEach(run -> rewriter.rewrite(run, runs::add));
                if (!runs.isEmpty()) {
                    chunks.addLast(Chunk.seal(runs));
                }
            } else {
                chunks.addLast(chunk);
            }
        }
        sealed = chunks;
        if (tail.stream().anyMatch(wantedRun) && budget.take(tail.size())) {
            tail = rewritten(tail, rewriter);
        }
        recount();
        if (budget.exhausted()) {
            minExpiryMs = Math.min(oldMinExpiryMs, minExpiryMs);
        }
        return !budget.exhausted();
    }

    private static ArrayDeque<Run> rewritten(ArrayDeque<Run> runs, Rewriter rewriter) {
        ArrayDeque<Run> result = new ArrayDeque<>(runs.size() + 1);
        runs.forEach(run -> rewriter.rewrite(run, result::addLast));
        return result;
    }

    private void recount() {
        messages = 0;
        bytes = 0;
        minExpiryMs = Run.NEVER;
        for (Chunk chunk : sealed) {
            messages += chunk.messages();
            bytes += chunk.bytes();
            minExpiryMs = Math.min(minExpiryMs, chunk.minExpiryMs());
        }
        head.forEach(this::count);
        tail.forEach(this::count);
    }

    private void count(Run run) {
        messages += run.count();
        bytes += run.bytes();
        minExpiryMs = Math.min(minExpiryMs, run.expiryMs());
    }

    void write(StateWriter out) {
        RunCodec.writeAll(head, head.size(), out);
        out.varint(sealed.size());
        for (Chunk chunk : sealed) {
            chunk.write(out);
        }
        RunCodec.writeAll(tail, tail.size(), out);
        out.i64(minExpiryMs);
    }

    static RunDeque read(StateReader in) {
        RunDeque deque = new RunDeque();
        RunCodec.readAll(in, deque.head::addLast);
        for (int left = in.count(); left > 0; left--) {
            deque.sealed.addLast(Chunk.read(in));
        }
        RunCodec.readAll(in, deque.tail::addLast);
        deque.recount();
        deque.minExpiryMs = in.i64();
        return deque;
    }
}
