package io.sluice.queuegroups.api;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every kind of command that a shard's log can hold; the wire numbers are never reused. */
public enum CommandType {
    /** Definition, from the control shard. */
    DEFINE_GROUP(1),
    DEFINE_QUEUE(2),
    DELETE_QUEUE(3),
    DELETE_GROUP(4),
    PURGE_QUEUE(5),
    /** From gateways, for clients. */
    OPEN_PRODUCER(16),
    CLOSE_PRODUCER(17),
    PUBLISH(18),
    SUBSCRIBE(19),
    UNSUBSCRIBE(20),
    SETTLE(21),
    SET_PREFETCH(22),
    DETACH_CONSUMER(23),
    ATTACH_CONSUMER(24),
    GATEWAY_LOST(25),
    SKIP_SEQUENCES(26),
    /** From the shard's leader. */
    TICK(32),
    RELOCATE(33),
    RAISE_VERSION(34),
    STATE_HASH(35),
    SET_LIMITS(36),
    /** A group's way to another shard: the first two at the shard it leaves, the others at the one it comes to. */
    HOLD_GROUP(48),
    LEAVE_GROUP(49),
    IMPORT_STATE(50),
    IMPORT_MESSAGES(51),
    ADOPT_GROUP(52),
    FORGET_IMPORT(53);

    private static final Map<Integer, CommandType> BY_WIRE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(CommandType::wire, Function.identity()));

    private final int wire;

    CommandType(int wire) {
        this.wire = wire;
    }

    public int wire() {
        return wire;
    }

    /** Whether it is part of a group's way to another shard. */
    public boolean movesGroup() {
        return wire >= HOLD_GROUP.wire && wire <= FORGET_IMPORT.wire;
    }

    /** @throws IllegalArgumentException for a number this release does not know */
    public static CommandType ofWire(int wire) {
        CommandType type = BY_WIRE.get(wire);
        if (type == null) {
            throw new IllegalArgumentException("unknown command type " + wire);
        }
        return type;
    }
}
