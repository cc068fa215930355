package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.ShardCommand;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way into the log.
 *
 * @param command what is to be logged
 * @param done told how it went, for senders that wait for an answer of their own; null where the outcome goes out as events
 */
record Pending(ShardCommand command, @Nullable Done done) {
    /** Told once: with null when the command was applied, else with what kept it from it. */
    interface Done {
        void done(@Nullable Throwable failure);
    }
}
