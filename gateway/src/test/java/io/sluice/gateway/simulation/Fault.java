package io.sluice.gateway.simulation;

/** What the simulation does to a cluster. */
enum Fault {
    /** Another replica leads, though nothing is wrong. */
    MOVE_LEADER,
    /** A node dies and starts again under a newer boot. */
    KILL,
    /** A node stands still for a while, then goes on where it was. */
    FREEZE,
    /** Two nodes do not hear each other. */
    CUT_PAIR,
    /** One node is not heard by the others, but hears them; or the other way round. */
    CUT_ONE_WAY,
    /** One node and the others do not hear each other. */
    ISOLATE,
    /** The event bus loses messages between nodes. */
    BUS_LOSS,
    /** The event bus brings messages between nodes twice. */
    BUS_REPEAT,
    /** A client's connection breaks. */
    DROP_CLIENT,
    /** A node's wall clock jumps. */
    CLOCK,
    /** A tenant's queue group is moved to the other shard, which is no fault, but is in the way of those. */
    MOVE_GROUP
}
