package io.sluice.gateway.session;

import io.sluice.queuegroups.api.ShardEvent.ConsumerState;
import io.sluice.queuegroups.api.ShardEvent.Delivered;

/**
 * Notices that deliveries of one consumer got lost on the way, and asks the shard for them.
 *
 * <p>A delivery names the one before it, so a gap shows at once; a lost last one shows when the shard says where the log stands. <em>Confined to:</em> one event
 * loop.
 */
final class MissingDeliveries {
    private final Deliveries deliveries;
    private final ConsumerCommands commands;
    private boolean asked;
    /** What was received when the shard last said that there is more; -1 while there is not. */
    private long behindTag = -1;

    MissingDeliveries(Deliveries deliveries, ConsumerCommands commands) {
        this.deliveries = deliveries;
        this.commands = commands;
    }

    /** Whether a question has no answer yet. */
    boolean waits() {
        return asked;
    }

    /** A delivery of the current epoch; it is dropped if it came before, or if one before it is missing. Answers whether nothing is missing. */
    boolean take(Delivered delivered) {
        if (deliveries.misses(delivered)) {
            if (!asked) {
                ask(delivered.epoch());
            }
            return false;
        }
        asked = false;
        return true;
    }

    /** Where the log stands. It may have overtaken deliveries: only if nothing came between two such words are they taken for lost. */
    void compare(ConsumerState now) {
        long received = deliveries.receivedTag();
        if (now.lastTag() <= received) {
            asked = false;
            behindTag = -1;
        } else if (behindTag == received && !asked) {
            ask(now.epoch());
        } else {
            behindTag = received;
        }
    }

    /** No answer came. */
    void askAgain(int epoch) {
        if (asked) {
            ask(epoch);
        }
    }

    private void ask(int epoch) {
        asked = true;
        commands.ask(epoch, deliveries.receivedTag());
    }
}
