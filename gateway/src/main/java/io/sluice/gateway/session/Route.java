package io.sluice.gateway.session;

/** Where a queue group is: shared by all that speak to it from one event loop, so that they follow it to another shard in one moment. <em>Confined to:</em> the loop. */
final class Route {
    final long tenantId;
    final String group;
    final long groupId;
    private int shard;

    Route(long tenantId, String group, long groupId, int shard) {
        this.tenantId = tenantId;
        this.group = group;
        this.groupId = groupId;
        this.shard = shard;
    }

    int shard() {
        return shard;
    }

    /** Answers whether it was in another one. */
    boolean moveTo(int other) {
        boolean moved = shard != other;
        shard = other;
        return moved;
    }
}
