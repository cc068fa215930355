package io.sluice.queuegroups.api;

/**
 * How far a group's move is, as one of the two shards sees it. Immutable.
 *
 * @param stateBytes bytes of the group's state that arrived
 * @param messages messages that arrived
 */
public record MoveStatus(Stage stage, long stateBytes, long messages) {

    /** Ordinals are on the wire. */
    public enum Stage {
        /** The group is not here, nor on its way here. */
        ABSENT,
        /** The group is here, and this move has not begun. */
        HERE,
        /** The group is here and changes no more; whoever has it moved may still lift that. */
        HELD,
        /** The other shard may have adopted the group by now: only that shard can still end the move. */
        SEALED,
        /** This move was called off, and the group goes on here. */
        CALLED_OFF,
        /** The group went away, by this move or by an older one whose remains are still being released. */
        LEFT,
        /** Parts of the group arrived; clients see nothing of them. */
        ARRIVING,
        /** The group came here by this move and serves. */
        ADOPTED,
        /** What had arrived was given up, and nothing more of this move is taken. */
        FORGOTTEN
    }

    public static MoveStatus of(Stage stage) {
        return new MoveStatus(stage, 0, 0);
    }
}
