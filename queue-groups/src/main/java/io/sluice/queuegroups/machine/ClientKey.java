package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.Origin;

/** Names a producer or consumer of a connection: the packed origin and the number it has there. */
record ClientKey(long origin, long sender) {
    @Override
    public int hashCode() {
        return Long.hashCode(origin * 31 + sender);
    }

    /** Of that boot of a node's gateway, or an older one. */
    boolean isOfGateway(int node, int boot) {
        Origin of = Origin.unpack(origin);
        return of.node() == node && of.boot() <= boot;
    }

    void write(StateWriter out) {
        out.i64(origin);
        out.varint(sender);
    }

    static ClientKey read(StateReader in) {
        return new ClientKey(in.i64(), in.varint());
    }
}
