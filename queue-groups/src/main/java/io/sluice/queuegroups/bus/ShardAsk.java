package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.ShardCommand;

/** A request to a shard's leader that is answered by a reply instead of events. Immutable. */
public sealed interface ShardAsk {
    /** Log the command; the reply is empty and means that it was applied. */
    record Define(ShardCommand command) implements ShardAsk {}

    /** The reply is the queue's {@link io.sluice.queuegroups.api.QueueStats}. */
    record Stats(long groupId, long queueId) implements ShardAsk {}

    /** Any replica answers: the reply is the newest machine version that its release supports, as an Integer. */
    record Versions() implements ShardAsk {}

    /** Move a group away, or go on with it; the reply is a {@link io.sluice.queuegroups.api.MoveProgress}, within about a second. */
    record Move(MoveOrder order) implements ShardAsk {}

    /** The reply is the {@link io.sluice.queuegroups.api.MoveStatus} of a move here. */
    record MoveState(long groupId, long moveId) implements ShardAsk {}
}
