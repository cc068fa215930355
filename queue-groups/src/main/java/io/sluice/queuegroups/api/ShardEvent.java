package io.sluice.queuegroups.api;

import io.sluice.protocol.ErrorCode;
import java.nio.ByteBuffer;

/**
 * What a shard tells the gateway loop that a command came from. Immutable. Events of one sender arrive in the order in which the machine made them;
 * what other senders are told may overtake a delivery whose bodies come from disk. Receiving one twice must be harmless.
 */
public sealed interface ShardEvent {
    /** Number that the gateway loop gave to the producer, consumer or request. */
    long sender();

    /**
     * The producer is open under {@code epoch}; publishing goes on at {@code lastSequence + 1}. Everything up to
     * {@code lastSequence} has an outcome: it was confirmed unless it lies in a rejected range that follows as {@link Rejected}.
     */
    record ProducerOpened(long sender, int epoch, long lastSequence) implements ShardEvent {}

    /** Another connection opened the same producer under a newer epoch. */
    record ProducerFenced(long sender, int epoch) implements ShardEvent {}

    /** On disk on a majority: sequences {@code first..last}. */
    record Confirmed(long sender, long firstSequence, long lastSequence) implements ShardEvent {}

    /** Not stored, and these sequences are used up ({@code OUT_OF_SEQUENCE} excepted). */
    record Rejected(long sender, long firstSequence, long lastSequence, ErrorCode code, String message)
            implements ShardEvent {}

    /** The consumer exists; deliveries of this epoch follow. */
    record Subscribed(long sender, int epoch) implements ShardEvent {}

    /**
     * Messages checked out to a consumer.
     *
     * @param previousTag tag that comes before {@code firstTag} among what the consumer still has. Whoever has not received it has lost a delivery and asks for
     *     it ({@link ConsumerAsk})
     * @param firstTag tag of the first; a tag is given out once
     * @param count messages in {@code messages}
     * @param deliveryCount 1 for the first delivery
     * @param timestampMs machine time at which they were published
     * @param messages the messages in wire form, one after the other, exactly as published
     */
    record Delivered(
            long sender,
            int epoch,
            long previousTag,
            long firstTag,
            int count,
            int deliveryCount,
            long queueId,
            long timestampMs,
            ByteBuffer messages)
            implements ShardEvent {}

    /** SETTLE commands of this consumer up to {@code settleSequence} are applied. */
    record Settled(long sender, int epoch, long settleSequence) implements ShardEvent {}

    /**
     * What the shard knows of a consumer: the answer to SET_PREFETCH and DETACH_CONSUMER, and what a leader tells when a consumer does not move, so that losses
     * on the way are found. It may overtake deliveries.
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
            implements ShardEvent {}

    /** The producer does not belong to this sender (any more): the answer to CLOSE_PRODUCER. */
    record ProducerLeft(long sender) implements ShardEvent {}

    /** This node's port noticed a newer leader of the shard: what has no answer may be lost. Never on the wire; {@code sender} is 0. */
    record LeaderChanged(int shard) implements ShardEvent {
        @Override
        public long sender() {
            return 0;
        }
    }

    /**
     * This node's port hears from the shard again after so long a silence that the shard may have given up this gateway. Never on the wire; {@code sender} is 0.
     */
    record ContactRegained(int shard) implements ShardEvent {
        @Override
        public long sender() {
            return 0;
        }
    }

    /** The consumer is gone (unsubscribed, queue deleted, group quarantined, grace over). */
    record ConsumerClosed(long sender, int epoch, ErrorCode code, String message) implements ShardEvent {}

    /**
     * A command other than PUBLISH was refused, or any command could not be logged ({@code UNAVAILABLE}; its outcome is unknown for a PUBLISH:
     * it must be sent again under the same sequence).
     */
    record Failed(long sender, CommandType type, ErrorCode code, String message) implements ShardEvent {}
}
