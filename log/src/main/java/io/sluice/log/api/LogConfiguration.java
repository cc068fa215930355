package io.sluice.log.api;

import java.util.List;
import java.util.stream.Stream;

/**
 * Who holds a log now, as its leader knows. Immutable.
 *
 * @param voters whose majority commits
 * @param learners that follow without a vote
 */
public record LogConfiguration(List<LogMember> voters, List<LogMember> learners) {
    public LogConfiguration {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }

    /** The newest incarnation under which that node is a member; 0 when it is none. */
    public int newestIncarnation(String node) {
        return Stream.concat(voters.stream(), learners.stream())
                .filter(member -> member.node().equals(node))
                .mapToInt(LogMember::incarnation)
                .max()
                .orElse(0);
    }

    public boolean hasVoter(String node) {
        return voters.stream().anyMatch(member -> member.node().equals(node));
    }
}
