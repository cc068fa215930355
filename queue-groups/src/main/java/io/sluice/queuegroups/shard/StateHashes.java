package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.shard.ShardStateMachine.LoggedHash;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Has the replicas compare their states: proposes a STATE_HASH after so many bytes of log, or after some minutes in which anything was logged.
 *
 * <p>Each one carries the hash that the one before left here, and leaves the next. So a difference is seen one interval after it arose. <em>Confined to:</em> the
 * shard's context.
 */
final class StateHashes {
    static final long EVERY_BYTES = 64L << 20;
    static final long EVERY_MS = 5 * 60_000;

    private final ShardStateMachine machine;
    private final LongSupplier clockMs;
    private final Consumer<Pending> propose;
    private long bytes;
    private long lastMs;
    private boolean proposed;

    /** @param propose takes the command on its way into the log */
    StateHashes(ShardStateMachine machine, LongSupplier clockMs, Consumer<Pending> propose) {
        this.machine = machine;
        this.clockMs = clockMs;
        this.propose = propose;
        this.lastMs = clockMs.getAsLong();
    }

    /** An entry of this many bytes was applied. */
    void applied(int entryBytes) {
        bytes += entryBytes;
    }

    /** From time to time, where this replica leads. */
    void proposeIfDue() {
        long nowMs = clockMs.getAsLong();
        boolean due = bytes >= EVERY_BYTES || bytes > 0 && nowMs - lastMs >= EVERY_MS;
        if (due && !proposed) {
            proposed = true;
            LoggedHash before = machine.loggedHash();
            propose.accept(new Pending(Commands.stateHash(before.index(), before.hash()), failure -> {
                proposed = false;
                if (failure == null) {
                    // Its own entry, counted before this, goes too: or an idle shard would log hashes for ever.
                    bytes = 0;
                    lastMs = clockMs.getAsLong();
                }
            }));
        }
    }
}
