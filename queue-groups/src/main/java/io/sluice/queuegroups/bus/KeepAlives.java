package io.sluice.queuegroups.bus;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What one gateway loop knows of each shard's leader from its answers: which term leads, and whether the shard may have given this gateway up meanwhile.
 *
 * <p><em>Confined to:</em> the loop's context.
 */
final class KeepAlives {
    /** Unanswered for so many pauses, the gateway may soon be taken for lost. */
    private static final int PAUSES_OF_DOUBT = 4;

    private final long doubtMs;
    private final LongSupplier nowMs;
    private final long[] terms;
    private final long[] heardMs;
    private final boolean[] doubtful;
    private long tickedMs;

    /** What a message of a shard says beside its events. */
    enum News {
        NOTHING,
        /** A leader of a newer term speaks for the first time; what was sent before anyone was heard may be lost too. */
        LEADER_CHANGED,
        /** The first word after a silence in which the shard may have given this gateway up. */
        CONTACT_REGAINED,
        /** From a leader that was followed by a newer one: not to be believed. */
        OUTDATED
    }

    /** @param nowMs a clock that never jumps */
    KeepAlives(int shards, long pauseMs, LongSupplier nowMs) {
        this.doubtMs = pauseMs * PAUSES_OF_DOUBT;
        this.nowMs = nowMs;
        this.terms = new long[shards];
        this.heardMs = new long[shards];
        this.doubtful = new boolean[shards];
        this.tickedMs = nowMs.getAsLong();
        Arrays.fill(heardMs, tickedMs);
    }

    /** Call it once a pause: notes which shards are silent, and whether this process itself stood still. */
    void tick() {
        long now = nowMs.getAsLong();
        boolean stoodStill = now - tickedMs > doubtMs;
        tickedMs = now;
        for (int shard = 0; shard < terms.length; shard++) {
            doubtful[shard] |= terms[shard] != 0 && (stoodStill || now - heardMs[shard] > doubtMs);
        }
    }

    /** A message came. @param term of its sender, 0 if that does not lead */
    News heard(int shard, long term) {
        if (term == 0) {
            return News.NOTHING;
        }
        if (term < terms[shard]) {
            return News.OUTDATED;
        }
        boolean changed = term > terms[shard];
        terms[shard] = term;
        heardMs[shard] = nowMs.getAsLong();
        if (doubtful[shard]) {
            doubtful[shard] = false;
            return News.CONTACT_REGAINED;
        }
        return changed ? News.LEADER_CHANGED : News.NOTHING;
    }
}
