package io.sluice.queuegroups.machine;

/** Takes what the machine decided, in order, while an entry is applied; a leader performs it, a follower drops it. */
@FunctionalInterface
public interface Effects {
    /** A sink of followers and of replay. */
    Effects DROP = (groupId, origin, effect) -> {};

    /**
     * @param groupId the group it came from, 0 for the shard itself
     * @param origin packed {@link io.sluice.queuegroups.api.Origin} that it is for
     */
    void emit(long groupId, long origin, Effect effect);
}
