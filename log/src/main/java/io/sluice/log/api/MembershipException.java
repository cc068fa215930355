package io.sluice.log.api;

/** A change of a log's members was not made; the message says why, and what to do. */
public final class MembershipException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Reason reason;

    public MembershipException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why a change was not made. */
    public enum Reason {
        /** Another change, or a transfer, is under way: try again. */
        BUSY,
        /** This replica does not lead, or no longer. */
        NOT_LEADER,
        /** No such member. */
        UNKNOWN,
        /** Too far behind to vote. */
        NOT_CAUGHT_UP,
        /** Too few of those that would remain answer. */
        WOULD_LOSE_MAJORITY,
        /** It was started and did not end in time: it may still happen. */
        TIMEOUT,
        /** Consensus gave it up; the message is its own. */
        FAILED
    }
}
