package io.sluice.log.api;

/** The append was refused because another node leads; nothing was logged. */
public final class NotLeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String leader;

    public NotLeaderException(String leader) {
        super("not the leader; leader is " + (leader.isEmpty() ? "unknown" : leader), null, false, false);
        this.leader = leader;
    }

    /** Node id of the leader, or an empty string. */
    public String leader() {
        return leader;
    }
}
