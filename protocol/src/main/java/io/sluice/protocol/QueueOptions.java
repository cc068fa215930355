package io.sluice.protocol;

/**
 * How one queue behaves; 0 means "no bound" for every number except {@code maxDeliveries}.
 *
 * @param maxMessages most messages held, ready and unacked together; 0 for no bound
 * @param maxBytes most message bytes held; 0 for no bound
 * @param overflow what happens to a publish over a bound
 * @param maxDeliveries deliveries after which a message is dead-lettered (or dropped where no dead-letter queue is set), 1–1,000,000
 * @param deadLetterQueue name of a queue of the same group, or empty for none
 * @param defaultTtlMs life of a message that names none, in ms; 0 for ever
 * @param orderByKey whether a key is checked out to one consumer at a time
 * @param redeliveryDelayMs delay before the second delivery after a consumer went or nacked without a delay; doubles with each delivery
 * @param maxRedeliveryDelayMs upper bound of that delay
 */
public record QueueOptions(
        long maxMessages,
        long maxBytes,
        OverflowPolicy overflow,
        int maxDeliveries,
        String deadLetterQueue,
        long defaultTtlMs,
        boolean orderByKey,
        long redeliveryDelayMs,
        long maxRedeliveryDelayMs) {

    /** An unbounded queue, 20 deliveries, no dead-letter queue, redelivery at once. */
    public static final QueueOptions DEFAULT =
            new QueueOptions(0, 0, OverflowPolicy.REJECT, 20, "", 0, false, 0, 60_000);
}
