package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.machine.Effect;
import java.nio.ByteBuffer;

/** Turns the machine's effects into the events that gateway loops are told. */
final class EventMaker {
    private EventMaker() {}

    /** @throws IllegalArgumentException for a delivery, which needs its bodies: {@link #delivered} */
    static ShardEvent of(Effect effect) {
        if (effect instanceof Effect.Confirmed e) {
            return new ShardEvent.Confirmed(e.sender(), e.firstSequence(), e.lastSequence());
        } else if (effect instanceof Effect.Settled e) {
            return new ShardEvent.Settled(e.sender(), e.epoch(), e.settleSequence());
        } else if (effect instanceof Effect.Rejected e) {
            return new ShardEvent.Rejected(e.sender(), e.firstSequence(), e.lastSequence(), e.code(), e.message());
        } else if (effect instanceof Effect.ProducerOpened e) {
            return new ShardEvent.ProducerOpened(e.sender(), e.epoch(), e.lastSequence());
        } else if (effect instanceof Effect.ProducerFenced e) {
            return new ShardEvent.ProducerFenced(e.sender(), e.epoch());
        } else if (effect instanceof Effect.Subscribed e) {
            return new ShardEvent.Subscribed(e.sender(), e.epoch());
        } else if (effect instanceof Effect.ConsumerClosed e) {
            return new ShardEvent.ConsumerClosed(e.sender(), e.epoch(), e.code(), e.message());
        } else if (effect instanceof Effect.ConsumerState e) {
            return state(e);
        } else if (effect instanceof Effect.ProducerLeft e) {
            return new ShardEvent.ProducerLeft(e.sender());
        } else if (effect instanceof Effect.Failed e) {
            return new ShardEvent.Failed(e.sender(), e.type(), e.code(), e.message());
        }
        throw new IllegalArgumentException("no event without bodies: " + effect);
    }

    static ShardEvent state(Effect.ConsumerState e) {
        return new ShardEvent.ConsumerState(
                e.sender(),
                e.epoch(),
                e.lastTag(),
                e.settleSequence(),
                e.prefetchCount(),
                e.prefetchBytes(),
                e.attached());
    }

    static ShardEvent delivered(Effect.Deliver e, ByteBuffer messages) {
        return new ShardEvent.Delivered(
                e.sender(),
                e.epoch(),
                e.previousTag(),
                e.firstTag(),
                e.count(),
                e.deliveryCount(),
                e.queueId(),
                e.timestampMs(),
                messages);
    }
}
