package io.sluice.log.raft;

import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import io.sluice.log.api.MembershipException;
import io.sluice.log.raft.MemberMessage.Answer;
import io.sluice.log.raft.MemberMessage.Question;
import io.sluice.log.raft.MemberMessage.Verdict;
import io.sluice.log.raft.ReplicaFile.Stage;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's side of a replica that wants to join: with each question of the replica it takes the next step, so that a new leader goes on where the last one
 * stopped, and nothing of it is kept.
 *
 * <p>Without a vote first; with one, in the place of the old incarnation, once it is nearly where the leader is. Only nodes that are members already, under an
 * older incarnation, or that are {@linkplain RaftMembership#expect expected} are let in. Safe for any thread.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final LogConfiguration UNKNOWN = new LogConfiguration(List.of(), List.of());
    /** So few entries that consensus brings them over while it changes the members. */
    private static final long NEAR_ENTRIES = 1000;

    private final RaftMembership membership;
    private final LongSupplier lastIndex;
    private final AtomicBoolean stepUnderWay = new AtomicBoolean();
    /** Was seen in its place while no change was under way. */
    private volatile @Nullable LogMember settled;

    Admission(RaftMembership membership, LongSupplier lastIndex) {
        this.membership = membership;
        this.lastIndex = lastIndex;
    }

    Answer answer(Stage own, Question question) {
        try {
            LogConfiguration now = membership.newest();
            LogMember candidate = new LogMember(question.node(), question.incarnation());
            return question.incarnation() == 0
                    ? new Answer(own, Verdict.WAIT, "", now)
                    : admit(own, now, candidate, question.lastIndex());
        } catch (MembershipException notLeader) {
            return new Answer(own, Verdict.NOT_LEADER, "", UNKNOWN);
        }
    }

    private Answer admit(Stage own, LogConfiguration now, LogMember candidate, long candidateLastIndex) {
        String node = candidate.node();
        int newest = now.newestIncarnation(node);
        boolean getsVote = now.hasVoter(node) || membership.expected().voters().contains(node);
        boolean known =
                newest > 0 || getsVote || membership.expected().learners().contains(node);
        if (!known || newest > candidate.incarnation()) {
            String why = known
                    ? "its incarnation " + newest + " came after " + candidate.incarnation()
                            + ": this folder was replaced by another one"
                    : "it is not a member of the group";
            return new Answer(own, Verdict.REFUSED, why, now);
        }
        boolean follows = now.learners().contains(candidate);
        if (now.voters().contains(candidate) || (follows && !getsVote)) {
            step(candidate, this::checkSettled);
            return new Answer(own, candidate.equals(settled) ? Verdict.JOINED : Verdict.WAIT, "", now);
        }
        boolean near = candidateLastIndex + NEAR_ENTRIES >= lastIndex.getAsLong() && candidateLastIndex > 0;
        if (getsVote && near) {
            step(candidate, membership::promote);
        } else if (!follows) {
            step(candidate, membership::addLearner);
        }
        return new Answer(own, Verdict.WAIT, "", now);
    }

    private CompletionStage<Void> checkSettled(LogMember candidate) {
        return membership.configuration().thenAccept(inForce -> settled = candidate);
    }

    private void step(LogMember candidate, Function<LogMember, CompletionStage<Void>> change) {
        if (!stepUnderWay.compareAndSet(false, true)) {
            return;
        }
        change.apply(candidate).whenComplete((none, failure) -> {
            stepUnderWay.set(false);
            if (failure != null) {
                LOG.info("{} could not join yet: {}", candidate, failure.getMessage());
            }
        });
    }
}
