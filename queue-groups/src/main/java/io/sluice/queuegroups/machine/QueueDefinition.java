package io.sluice.queuegroups.machine;

import io.sluice.protocol.OverflowPolicy;

/** How a queue behaves, as the control shard defined it last; bounds of 0 mean none. See {@link io.sluice.protocol.QueueOptions}. */
record QueueDefinition(
        long controlIndex,
        long queueId,
        long deadLetterQueueId,
        long maxMessages,
        long maxBytes,
        OverflowPolicy overflow,
        int maxDeliveries,
        long defaultTtlMs,
        boolean orderByKey,
        long redeliveryDelayMs,
        long maxRedeliveryDelayMs,
        String name) {

    static QueueDefinition read(CommandReader in) {
        QueueDefinition definition = new QueueDefinition(
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                overflow(in.u8()),
                in.i32(),
                in.i64(),
                in.u8() != 0,
                in.i64(),
                in.i64(),
                in.string());
        in.end();
        definition.check();
        return definition;
    }

    private static OverflowPolicy overflow(int ordinal) {
        OverflowPolicy[] policies = OverflowPolicy.values();
        if (ordinal >= policies.length) {
            throw new MalformedCommandException("unknown overflow policy " + ordinal);
        }
        return policies[ordinal];
    }

    private void check() {
        boolean negative = maxMessages < 0
                || maxBytes < 0
                || defaultTtlMs < 0
                || redeliveryDelayMs < 0
                || maxRedeliveryDelayMs < 0
                || maxDeliveries < 1;
        if (negative) {
            throw new MalformedCommandException("a bound of queue " + queueId + " is negative");
        }
    }

    boolean hasDeadLetterQueue() {
        return deadLetterQueueId != 0 && deadLetterQueueId != queueId;
    }

    /** Delay before the delivery that follows the given number of deliveries: doubles with each, up to the maximum. */
    long backOffMs(int deliveryCount) {
        int doublings = Math.min(deliveryCount - 1, 62);
        long most = Math.max(redeliveryDelayMs, maxRedeliveryDelayMs);
        return redeliveryDelayMs > most >> doublings ? most : redeliveryDelayMs << doublings;
    }

    /** @param ttlMs of the message, 0 where it names none */
    long expiryMs(long nowMs, long ttlMs) {
        long life = ttlMs > 0 ? ttlMs : defaultTtlMs;
        return life == 0 || life >= Run.NEVER - nowMs ? Run.NEVER : nowMs + life;
    }

    void write(StateWriter out) {
        out.i64(controlIndex);
        out.i64(queueId);
        out.i64(deadLetterQueueId);
        out.i64(maxMessages);
        out.i64(maxBytes);
        out.u8(overflow.ordinal());
        out.i32(maxDeliveries);
        out.i64(defaultTtlMs);
        out.bool(orderByKey);
        out.i64(redeliveryDelayMs);
        out.i64(maxRedeliveryDelayMs);
        out.string(name);
    }

    static QueueDefinition restore(StateReader in) {
        return new QueueDefinition(
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                OverflowPolicy.values()[in.u8()],
                in.i32(),
                in.i64(),
                in.bool(),
                in.i64(),
                in.i64(),
                in.string());
    }
}
