package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.machine.Effect;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the machine refused of the commands that no gateway sent, by the number that the shard gave them, until whoever waits for the answer asks.
 *
 * <p>Safe for any thread.
 */
final class InternalFailures {
    private static final long INTERNAL = Origin.INTERNAL.pack();

    private final Map<Long, Effect.Failed> bySender = new ConcurrentHashMap<>();

    /** Takes the effect if it concerns a command of the node's own. Apply thread. */
    boolean takes(long origin, Effect effect) {
        if (origin != INTERNAL) {
            return false;
        }
        if (effect instanceof Effect.Failed failed && failed.sender() != 0) {
            bySender.put(failed.sender(), failed);
        }
        return true;
    }

    /** Why the command was refused, or null; answered once, after the command was applied. */
    Effect.@Nullable Failed remove(long sender) {
        return bySender.remove(sender);
    }
}
