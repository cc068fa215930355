package io.sluice.log.api;

import java.util.concurrent.CompletionStage;

/**
 * Who holds a log, and changes to it. Safe for any thread.
 *
 * <p>Every change is for the leader only, one at a time and bounded in time; it fails with {@link MembershipException}. Asking for what is so already is no
 * failure.
 */
public interface LogMembership {
    /** As whom this node's replica takes part. */
    LogMember self();

    /** Who holds the log; fails where it is not led, and while a change is under way. */
    CompletionStage<LogConfiguration> configuration();

    /**
     * The newest configuration, which need not be in force alone yet. It may wait for a lock of consensus: not on an event loop.
     *
     * @throws MembershipException where the log is not led
     */
    LogConfiguration newest();

    /** Lets a replica follow without a vote. */
    CompletionStage<Void> addLearner(LogMember learner);

    /** Gives a replica that has caught up a vote, in the place of any older incarnation of its node. */
    CompletionStage<Void> promote(LogMember member);

    /** Takes all replicas of a node out of the group; refused when too few of the remaining voters answer. */
    CompletionStage<Void> remove(String node);

    /** Starts to hand the leadership to that node's replica; when that one does not take over within an election timeout, this one leads on. */
    CompletionStage<Void> transferLeadership(String node);

    /** Nodes that may join although the group does not know them yet, those with a vote and those without; replaces what was said before. */
    void expect(LogMembers nodes);
}
