package io.sluice.queuegroups.machine;

/** What the parts of one group's machine share: who they are, the bounds, machine time, and the way out for effects. */
record GroupContext(long tenantId, long groupId, Ledger ledger, ShardScope shard) {
    MachineLimits limits() {
        return shard.limits();
    }

    long nowMs() {
        return shard.nowMs();
    }

    void emit(ClientKey to, Effect effect) {
        shard.emit(groupId, to.origin(), effect);
    }
}
