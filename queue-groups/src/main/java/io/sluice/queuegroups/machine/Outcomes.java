package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;

/** Gathers what became of a producer's sequences, in order, and tells it as few ranges. */
final class Outcomes {
    private final GroupContext context;
    private final ClientKey client;
    private final Producer producer;
    private long confirmFrom;
    private long next;

    /** @param first sequence whose outcome comes first */
    Outcomes(GroupContext context, ClientKey client, Producer producer, long first) {
        this.context = context;
        this.client = client;
        this.producer = producer;
        this.confirmFrom = first;
        this.next = first;
    }

    void confirm(long count) {
        next += count;
    }

    void reject(long count, ErrorCode code, String message) {
        if (count > 0) {
            flush();
            long last = next + count - 1;
            context.emit(client, new Effect.Rejected(client.sender(), next, last, code, message));
            producer.reject(next, last, code, context.limits().maxRejectedRangesPerProducer());
            next = last + 1;
            confirmFrom = next;
        }
    }

    void finish() {
        flush();
        producer.used(next - 1, context.nowMs());
    }

    private void flush() {
        if (next > confirmFrom) {
            context.emit(client, new Effect.Confirmed(client.sender(), confirmFrom, next - 1));
        }
    }
}
