package io.sluice.queuegroups.api;

/**
 * What the shard that a group leaves says of its move. Immutable.
 *
 * @param message why it was called off, or how far it is
 */
public record MoveProgress(State state, String message) {

    /** Ordinals are on the wire. */
    public enum State {
        /** It goes on; ask again. */
        WORKING,
        /** The other shard has the group and serves it; what is left here may go. */
        ADOPTED,
        /** The group stays, and this move will never come about. */
        CALLED_OFF
    }
}
