package io.sluice.app;

import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides the next step by which a log's members become those that it shall have: first all that come have their votes, then those that go are taken out, one at a time,
 * so that no step leaves fewer copies than there were. Pure.
 */
final class MemberRule {
    private MemberRule() {}

    enum Kind {
        /** Nothing is left to do. */
        SETTLED,
        /** A replica is still on its way in, which it asks for itself. */
        WAIT,
        /** A replica that follows gets its vote. */
        PROMOTE,
        /** This node goes and leads: another one must first. */
        HAND_OVER,
        REMOVE
    }

    /** @param node whom it is about, empty for none */
    record Step(Kind kind, String node) {
        private static final Step SETTLED = new Step(Kind.SETTLED, "");
    }

    /**
     * What the leader does next. A node that may follow keeps a vote that it has.
     *
     * @param self the leader
     */
    static Step next(LogConfiguration now, List<String> voters, List<String> learners, String self) {
        for (String voter : voters) {
            if (!now.hasVoter(voter)) {
                return new Step(follows(now, voter) ? Kind.PROMOTE : Kind.WAIT, voter);
            }
        }
        for (String learner : learners) {
            if (now.newestIncarnation(learner) == 0) {
                return new Step(Kind.WAIT, learner);
            }
        }
        return Stream.concat(now.voters().stream(), now.learners().stream())
                .map(LogMember::node)
                .filter(node -> !voters.contains(node) && !learners.contains(node))
                .findFirst()
                .map(gone -> gone.equals(self) ? new Step(Kind.HAND_OVER, voters.get(0)) : new Step(Kind.REMOVE, gone))
                .orElse(Step.SETTLED);
    }

    private static boolean follows(LogConfiguration now, String node) {
        return now.learners().stream().anyMatch(learner -> learner.node().equals(node));
    }
}
