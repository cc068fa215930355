package io.sluice.queuegroups.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * Machine time, the entry being applied, and the effects of the command being applied. These are handed over only when the command is through, so that
 * a sink's failure is never taken for the machine's, nor half a command's effects for a whole one's.
 */
final class ShardScope {
    /** No clock gets here; sums of times stay far from an overflow even if one says nonsense. */
    private static final long MAX_TIME_MS = 1L << 53;

    private final List<Emission> pending = new ArrayList<>();
    private MachineLimits limits;
    private long nowMs;
    private long index;

    private record Emission(long groupId, long origin, Effect effect) {}

    ShardScope(MachineLimits limits) {
        this.limits = limits;
    }

    MachineLimits limits() {
        return limits;
    }

    void limit(MachineLimits changed) {
        limits = changed;
    }

    long nowMs() {
        return nowMs;
    }

    long index() {
        return index;
    }

    void enter(long newIndex, long timeMs) {
        index = newIndex;
        nowMs = Math.max(nowMs, Math.min(timeMs, MAX_TIME_MS));
    }

    void emit(long groupId, long origin, Effect effect) {
        pending.add(new Emission(groupId, origin, effect));
    }

    void discardEffects() {
        pending.clear();
    }

    void flush(Effects effects) {
        for (Emission emission : pending) {
            effects.emit(emission.groupId(), emission.origin(), emission.effect());
        }
        pending.clear();
    }
}
