package io.sluice.benchmark.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done to a cluster. */
public enum Fault {
    /** SIGKILL of any node, which starts again after a while. */
    KILL_NODE,
    /** SIGKILL of the node that leads a shard. */
    KILL_LEADER,
    /** SIGKILL of the node that leads the control shard. */
    KILL_CONTROL,
    /** SIGKILL of one node, and of another while the first one catches up. */
    KILL_IN_TURN,
    /** SIGKILL of the node that leads a shard which a queue group is leaving or coming to, in the middle of the move. */
    KILL_IN_MOVE,
    /** SIGTERM of any node, which starts again after a while. */
    STOP_NODE,
    /** Every node stopped in order and started again, one after the other. */
    ROLLING,
    /** SIGSTOP of any node, for 3 to 25 s. */
    FREEZE_NODE,
    /** SIGSTOP of the node that leads a shard, for 3 to 25 s. */
    FREEZE_LEADER,
    /** SIGKILL of so many nodes that no majority is left. */
    KILL_MAJORITY,
    /** SIGSTOP of so many nodes that no majority is left. */
    FREEZE_MAJORITY,
    /** The connections of all clients to a node are aborted. */
    CUT_CLIENTS,
    /** Limits changed and a queue made by REST. */
    REST,
    /** A node and the others do not reach each other; clients reach all. */
    CUT_BOTH,
    /** What a node sends to the others is dropped. */
    CUT_OUT,
    /** What the others send to a node is dropped. */
    CUT_IN,
    /** Queue groups go to another shard and back while they are used. */
    MOVE_GROUP,
    /** SIGKILL of a node, which comes back without its folder. */
    REPLACE_NODE,
    /** A node is added to the cluster, and removed again. */
    GROW,
    /** The disk of a node is filled to below {@code log.reserveBytes}. */
    DISK_LOW,
    /** The disk of a node is filled to the last byte. */
    DISK_FULL;

    /** As it is written on the command line, for example {@code kill-node}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException naming what there is */
    public static Fault of(String label) {
        return Arrays.stream(values())
                .filter(fault -> fault.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no fault \"" + label + "\": there are " + labels()));
    }

    static String labels() {
        return Arrays.stream(values()).map(Fault::label).collect(Collectors.joining(","));
    }

    boolean needsNetwork() {
        return this == CUT_BOTH || this == CUT_IN || this == CUT_OUT;
    }

    boolean needsDisk() {
        return this == DISK_FULL || this == DISK_LOW;
    }

    /** Mild ones, which go together with any other. */
    static List<Fault> companions() {
        return List.of(CUT_CLIENTS, REST, MOVE_GROUP);
    }
}
