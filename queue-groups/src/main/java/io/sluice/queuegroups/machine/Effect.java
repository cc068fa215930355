package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;

/**
 * What a command led to, as data; the counterpart of {@link io.sluice.queuegroups.api.ShardEvent} with references in place of message bodies. Immutable.
 *
 * <p>{@code sender} is the number that the origin gave to the producer, consumer or request.
 */
public sealed interface Effect {
    long sender();

    record ProducerOpened(long sender, int epoch, long lastSequence) implements Effect {}

    record ProducerFenced(long sender, int epoch) implements Effect {}

    record Confirmed(long sender, long firstSequence, long lastSequence) implements Effect {}

    record Rejected(long sender, long firstSequence, long lastSequence, ErrorCode code, String message)
            implements Effect {}

    record Subscribed(long sender, int epoch) implements Effect {}

    /**
     * Messages checked out to a consumer: {@code count} messages of the log entry {@code index} from {@code firstOrdinal} on (see {@link EntryMessages}), with
     * the tags {@code firstTag} and following. Made again, with the same tags, when a client takes its consumer over.
     *
     * @param previousTag tag that comes before {@code firstTag} among what the consumer still has: {@code firstTag - 1}, or lower where what lay between is
     *     settled and the rest is said again
     * @param deliveryCount 1 for the first delivery
     * @param timestampMs machine time of publishing
     * @param bytes size of the messages in wire form, for accounting: exact for whole runs, else a share of the run's bytes
     */
    record Deliver(
            long sender,
            int epoch,
            long previousTag,
            long firstTag,
            int count,
            int deliveryCount,
            long queueId,
            long timestampMs,
            long index,
            int firstOrdinal,
            long bytes)
            implements Effect {}

    /** Settlements up to {@code settleSequence} are applied. @param acked messages that this one acked, 0 where it was applied before */
    record Settled(long sender, int epoch, long settleSequence, long acked) implements Effect {}

    /**
     * What the log knows of a consumer: the answer to SET_PREFETCH and DETACH_CONSUMER.
     *
     * @param lastTag last tag that is still checked out, 0 if none is
     * @param settleSequence last settlement applied
     * @param attached whether a connection holds it
     */
    record ConsumerState(
            long sender,
            int epoch,
            long lastTag,
            long settleSequence,
            int prefetchCount,
            long prefetchBytes,
            boolean attached)
            implements Effect {}

    /** The producer does not belong to the sender (any more): the answer to CLOSE_PRODUCER. */
    record ProducerLeft(long sender) implements Effect {}

    record ConsumerClosed(long sender, int epoch, ErrorCode code, String message) implements Effect {}

    record Failed(long sender, CommandType type, ErrorCode code, String message) implements Effect {}
}
