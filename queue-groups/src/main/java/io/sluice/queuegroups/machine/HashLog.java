package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.Commands;
import java.util.function.LongSupplier;

/**
 * What STATE_HASH commands left: each brings the leader's hash of the one before, to be compared, and leaves the next.
 *
 * <p>Not hashed itself: replicas of releases that hash in another form must not differ by it for ever.
 */
final class HashLog {
    private long hash;
    private long index;
    private long divergedIndex;

    /** @param current takes the hash of the state now */
    void apply(CommandReader command, long entryIndex, LongSupplier current) {
        long leadersIndex = command.i64();
        long leadersHash = command.i64();
        command.end();
        boolean comparable = command.flags() == Commands.HASH_FORM && leadersIndex != 0 && leadersIndex == index;
        if (comparable && leadersHash != hash && divergedIndex == 0) {
            divergedIndex = entryIndex;
        }
        hash = current.getAsLong();
        index = entryIndex;
    }

    long hash() {
        return hash;
    }

    /** 0 if there was no STATE_HASH yet. */
    long index() {
        return index;
    }

    /** Entry at which the leader's hash was another one; 0 while it never was. */
    long divergedIndex() {
        return divergedIndex;
    }

    void write(StateWriter out) {
        out.i64(hash);
        out.i64(index);
    }

    void read(StateReader in) {
        hash = in.i64();
        index = in.i64();
    }
}
