package io.sluice.log.api;

import java.util.List;

/**
 * Who holds a log when it is formed, by node id. Immutable.
 *
 * @param voters whose majority commits
 * @param learners that follow without a vote
 */
public record LogMembers(List<String> voters, List<String> learners) {
    public LogMembers {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }
}
