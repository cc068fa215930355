package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.ShardCommand;

/** A request to a shard's leader that is answered by a reply instead of events. Immutable. */
public sealed interface ShardAsk {
    /** Log the command; the reply is empty and means that it was applied. */
    record Define(ShardCommand command) implements ShardAsk {}

    /** The reply is the queue's {@link io.sluice.queuegroups.api.QueueStats}. */
    record Stats(long groupId, long queueId) implements ShardAsk {}

    /** Any replica answers: the reply is the newest machine version that its release supports, as an Integer. */
    record Versions() implements ShardAsk {}
}
