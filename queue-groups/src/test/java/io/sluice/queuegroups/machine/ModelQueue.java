package io.sluice.queuegroups.machine;

import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A queue as one would write it without care for cost: a map of messages. */
final class ModelQueue {
    final long id;
    QueueOptions options;
    long deadLetterQueueId;
    /** Not checked out and not delayed, by the order in which they became ready. */
    final TreeMap<Long, Message> idle = new TreeMap<>();

    final Set<Message> delayed = new LinkedHashSet<>();
    long nextPosition = 1;
    int checkedOut;

    ModelQueue(long id, QueueOptions options, long deadLetterQueueId) {
        this.id = id;
        this.options = options;
        this.deadLetterQueueId = deadLetterQueueId;
    }

    /** One message of the model. */
    static final class Message {
        final Messages.Spec spec;
        final long publishedMs;
        final String key;
        ModelQueue queue;
        long position;
        long expiryMs;
        long dueMs;
        long notBeforeMs;
        int deliveries;
        boolean moved;
        boolean gone;

        @Nullable
        ModelConsumer owner;

        Message(Messages.Spec spec, ModelQueue queue, long nowMs) {
            this.spec = spec;
            this.queue = queue;
            this.publishedMs = nowMs;
            this.key = queue.options.orderByKey() ? spec.key() : "";
            this.expiryMs = queue.expiryMs(nowMs, spec.ttlMs());
        }
    }

    /** A consumer of the model. */
    static final class ModelConsumer {
        final ModelQueue queue;
        ClientKey client;
        int epoch;
        long prefetchCount;
        long prefetchBytes;
        long detachedUntilMs = Long.MAX_VALUE;
        long nextTag = 1;
        long settleSequence;
        final TreeMap<Long, Message> out = new TreeMap<>();

        ModelConsumer(ModelQueue queue, ClientKey client, int epoch) {
            this.queue = queue;
            this.client = client;
            this.epoch = epoch;
        }

        boolean attached() {
            return detachedUntilMs == Long.MAX_VALUE;
        }

        long outBytes() {
            return out.values().stream().mapToLong(m -> m.spec.sizeBytes()).sum();
        }

        boolean hasCredit() {
            return attached() && out.size() < prefetchCount && (out.isEmpty() || outBytes() < prefetchBytes);
        }
    }

    long expiryMs(long nowMs, long ttlMs) {
        long life = ttlMs > 0 ? ttlMs : options.defaultTtlMs();
        return life == 0 ? Long.MAX_VALUE : nowMs + life;
    }

    long held() {
        return (long) idle.size() + delayed.size() + checkedOut;
    }

    void line(Message message) {
        message.position = nextPosition++;
        idle.put(message.position, message);
    }

    /** Most messages; where a queue is bounded in bytes, all its messages are of one size. */
    long bound() {
        long byBytes = options.maxBytes() == 0 ? Long.MAX_VALUE : options.maxBytes() / Simulation.MESSAGE_BYTES;
        return options.maxMessages() == 0 ? byBytes : Math.min(byBytes, options.maxMessages());
    }

    private boolean full() {
        return held() >= bound();
    }

    /** Makes room for one more. @return false where none can be made */
    boolean makeRoom(Model model, boolean adopting) {
        boolean drops = options.overflow() != OverflowPolicy.REJECT;
        if (full() && (!drops || held() - idle.size() >= bound())) {
            return false;
        }
        while (full()) {
            Message oldest = idle.pollFirstEntry().getValue();
            if (options.overflow() == OverflowPolicy.DEAD_LETTER && !adopting) {
                model.deadLetter(oldest);
            } else {
                oldest.gone = true;
            }
        }
        return true;
    }
}
