package io.sluice.tenantmanager.admission;

/** What a tenant uses beyond what this node counts itself: all shards, and the connections and reservations of the other nodes. */
record Held(long storageBytes, long unackedMessages, long connectionsElsewhere, long reservedElsewhere) {
    static final Held NONE = new Held(0, 0, 0, 0);
}
