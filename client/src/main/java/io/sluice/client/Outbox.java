package io.sluice.client;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher holds without an outcome: sequences, their callbacks in a ring, and the batches that carry them.
 *
 * <p>Batching is natural: a batch that is not full is sent at once while few frames are under way, else it goes on filling until an outcome makes room. So
 * latency is lowest when there is little to send, and batches grow by themselves when there is much.
 *
 * <p><em>Invariants:</em> sequences from {@code lowest} to {@code next - 1} are in the ring; each is in exactly one of {@code sent}, {@code waiting} or
 * {@code forming}, in this order. <em>Confined to:</em> the publisher's lock.
 */
final class Outbox {
    /** PUBLISH frames under way beyond which a batch that is not full waits. */
    static final int FRAMES_UNDER_WAY = 4;

    private final PublisherOptions options;
    private final @Nullable PublishCallback[] ring;
    private final Deque<Batch> sent = new ArrayDeque<>();
    private final Deque<Batch> waiting = new ArrayDeque<>();
    private final Deque<Retry> retries = new ArrayDeque<>();
    private @Nullable Batch forming;
    private int expectedBatchBytes = 1024;
    private long next = 1;
    private long lowest = 1;
    private long sentThrough;

    /** Highest sequence that was ever written to a connection. */
    private long everSentThrough;

    /** Whether the server said that it did not store {@code lowest}: then it stored nothing after it either. */
    private boolean lowestNotStored;

    private int pending;
    private long pendingBytes;
    private long creditUsedBytes;
    private long creditLimitBytes;

    /** A message the server throttled, to be published again under a new sequence. */
    private record Retry(String queue, ByteBuf message, PublishCallback callback) {}

    /** What a reopened producer's last sequence means. */
    enum Reopened {
        GOES_ON,
        /** The server knows less than was confirmed: it forgot this producer. */
        FORGOTTEN,
        /** It knows more than was ever sent here: another publisher used the name. */
        TAKEN_OVER
    }

    Outbox(PublisherOptions options) {
        this.options = options;
        ring = new PublishCallback[Integer.highestOneBit(2 * options.windowMessages() - 1)];
    }

    /** Starts after the sequences that an earlier publisher of this name used. */
    void begin(long lastSequence, long creditLimit) {
        next = lastSequence + 1;
        lowest = next;
        sentThrough = lastSequence;
        everSentThrough = lastSequence;
        lowestNotStored = false;
        creditLimitBytes = creditLimit;
    }

    boolean hasRoom(int messageBytes) {
        return pending == 0
                || (pending < options.windowMessages()
                        && next - lowest < ring.length
                        && pendingBytes + messageBytes <= options.windowBytes());
    }

    /** Messages without an outcome. */
    int pending() {
        return pending;
    }

    /** Only when there is room. */
    void append(String queue, Message message, int bodyCrc, int messageBytes, PublishCallback callback) {
        batchFor(queue, messageBytes).append(queue, message, bodyCrc);
        pending++;
        pendingBytes += messageBytes;
        ring[index(next++)] = callback;
    }

    private Batch batchFor(String queue, int messageBytes) {
        Batch batch = forming;
        if (batch != null && batch.takes(queue, messageBytes, options.batchMessages(), options.batchBytes())) {
            return batch;
        }
        if (batch != null) {
            waiting.add(batch);
        }
        Batch fresh = new Batch(next, Math.max(expectedBatchBytes, messageBytes));
        forming = fresh;
        return fresh;
    }

    /** Whether {@link #next} may have something, credit aside. */
    boolean wantsSending() {
        return !waiting.isEmpty() || (forming != null && sent.size() < FRAMES_UNDER_WAY);
    }

    /** The batch to send now, or null; it counts as sent. */
    @Nullable
    Batch next() {
        if (!wantsSending()) {
            return null;
        }
        Batch batch = waiting.poll();
        if (batch == null) {
            batch = forming;
            forming = null;
        }
        return batch == null ? null : withinCredit(batch);
    }

    private @Nullable Batch withinCredit(Batch batch) {
        long creditBytes = creditLimitBytes - creditUsedBytes;
        Batch first = batch;
        if (batch.bytes() > creditBytes) {
            int count = batch.countWithin(creditBytes);
            if (count == 0 && (creditBytes <= 0 || !sent.isEmpty())) {
                waiting.addFirst(batch);
                return null;
            }
            long last = batch.firstSequence() + Math.max(1, count) - 1;
            if (last < batch.lastSequence()) {
                first = batch.slice(batch.firstSequence(), last);
                waiting.addFirst(batch.slice(last + 1, batch.lastSequence()));
            }
        }
        expectedBatchBytes = Math.min(options.batchBytes(), Math.max(1024, batch.bytes() + batch.bytes() / 4));
        creditUsedBytes += first.bytes();
        sent.add(first);
        sentThrough = Math.max(sentThrough, first.lastSequence());
        everSentThrough = Math.max(everSentThrough, sentThrough);
        return first;
    }

    /** First sequence under way, -1 where nothing is. */
    long oldestSent() {
        return sent.isEmpty() ? -1 : lowest;
    }

    void credit(long limitBytes) {
        creditLimitBytes = Math.max(creditLimitBytes, limitBytes);
    }

    /** Moves what of {@code first … last} has no outcome yet into {@code outcomes}; other numbers are of no effect. */
    void complete(long first, long last, Outcomes outcomes) {
        long to = Math.min(last, sentThrough);
        for (long sequence = Math.max(first, lowest); sequence <= to; sequence++) {
            PublishCallback callback = ring[index(sequence)];
            if (callback != null) {
                ring[index(sequence)] = null;
                pending--;
                outcomes.add(callback, sequence);
            }
        }
        retire();
    }

    /** Takes what the server throttled out, to be put back by {@link #readmit}. */
    void setAside(long first, long last) {
        for (Batch batch : sent) {
            long to = Math.min(last, batch.lastSequence());
            for (long sequence = Math.max(first, batch.firstSequence()); sequence <= to; sequence++) {
                PublishCallback callback = sequence < lowest ? null : ring[index(sequence)];
                if (callback != null) {
                    ring[index(sequence)] = null;
                    retries.add(new Retry(batch.queueOf(sequence), batch.message(sequence), callback));
                    pendingBytes += batch.message(sequence).readableBytes();
                }
            }
        }
        retire();
    }

    /** Publishes what was set aside again, under new sequences, as far as the ring has room; answers whether all went. */
    boolean readmit() {
        while (!retries.isEmpty() && next - lowest < ring.length) {
            Retry retry = retries.remove();
            batchFor(retry.queue(), retry.message().readableBytes()).appendEncoded(retry.queue(), retry.message());
            ring[index(next++)] = retry.callback();
        }
        return retries.isEmpty();
    }

    private void retire() {
        while (lowest <= sentThrough && ring[index(lowest)] == null) {
            lowest++;
        }
        for (Batch batch = sent.peek(); batch != null && batch.lastSequence() < lowest; batch = sent.peek()) {
            sent.remove();
            pendingBytes -= batch.bytes();
        }
    }

    /** The connection or the handle is gone: what is under way will be sent again, in order. */
    void disconnected() {
        for (Batch batch = sent.pollLast(); batch != null; batch = sent.pollLast()) {
            waiting.addFirst(batch);
        }
        sentThrough = lowest - 1;
    }

    /**
     * The producer is open under a new handle: everything from the first batch with an open message on is sent again, under the same sequences and without a gap.
     * What the server knows already it answers with the recorded outcome.
     */
    Reopened reopened(long lastSequence, long creditLimit) {
        creditUsedBytes = 0;
        creditLimitBytes = creditLimit;
        if (lastSequence >= next) {
            return Reopened.TAKEN_OVER;
        }
        if (lastSequence < lowest - 1) {
            return Reopened.FORGOTTEN;
        }
        lowestNotStored = false;
        return Reopened.GOES_ON;
    }

    /** The server refused sequences from this one on as out of sequence. */
    void refusedFrom(long firstSequence) {
        lowestNotStored |= firstSequence == lowest;
    }

    /**
     * Starts anew with a server that forgot this producer: what it can't have stored gets new sequences, the rest is given up.
     *
     * @return what is given up: nobody knows whether it was stored
     */
    Outcomes forgotten(long lastSequence, ErrorCode code, String message) {
        Outcomes unknown = new Outcomes(new PublishRejectedException(code, message, 0));
        Deque<Retry> setAside = new ArrayDeque<>(retries);
        retries.clear();
        if (forming != null) {
            waiting.add(forming);
        }
        for (Batch batch : waiting) {
            for (long sequence = batch.firstSequence(); sequence <= batch.lastSequence(); sequence++) {
                PublishCallback callback = sequence < lowest ? null : ring[index(sequence)];
                if (callback != null && (lowestNotStored || sequence > everSentThrough)) {
                    retries.add(new Retry(batch.queueOf(sequence), batch.message(sequence), callback));
                } else if (callback != null) {
                    unknown.add(callback, sequence);
                }
            }
        }
        retries.addAll(setAside);
        startAnew(lastSequence);
        return unknown;
    }

    private void startAnew(long lastSequence) {
        Arrays.fill(ring, null);
        waiting.clear();
        forming = null;
        pending = retries.size();
        pendingBytes = retries.stream()
                .mapToLong(retry -> retry.message().readableBytes())
                .sum();
        begin(lastSequence, creditLimitBytes);
        readmit();
    }

    /** Gives everything up, what was set aside too. */
    Outcomes failAll(ErrorCode code, String message) {
        Outcomes outcomes = new Outcomes(new PublishRejectedException(code, message, 0));
        for (long sequence = lowest; sequence < next; sequence++) {
            PublishCallback callback = ring[index(sequence)];
            if (callback != null) {
                outcomes.add(callback, sequence);
            }
        }
        retries.forEach(retry -> outcomes.add(retry.callback(), 0));
        retries.clear();
        sent.clear();
        startAnew(next - 1);
        return outcomes;
    }

    private int index(long sequence) {
        return (int) sequence & (ring.length - 1);
    }
}
