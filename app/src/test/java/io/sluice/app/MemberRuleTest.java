package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.MemberRule.Kind;
import io.sluice.app.MemberRule.Step;
import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberRuleTest {
    private static LogConfiguration members(List<String> voters, List<String> learners) {
        return new LogConfiguration(
                voters.stream().map(id -> new LogMember(id, 1)).toList(),
                learners.stream().map(id -> new LogMember(id, 1)).toList());
    }

    @Test
    void waitsForTheOneThatComesBeforeTheOneThatGoesIsTakenOut() {
        LogConfiguration now = members(List.of("n1", "n2", "n3"), List.of());
        assertThat(MemberRule.next(now, List.of("n2", "n3", "n4"), List.of(), "n2"))
                .isEqualTo(new Step(Kind.WAIT, "n4"));
        LogConfiguration grown = members(List.of("n1", "n2", "n3", "n4"), List.of());
        assertThat(MemberRule.next(grown, List.of("n2", "n3", "n4"), List.of(), "n2"))
                .isEqualTo(new Step(Kind.REMOVE, "n1"));
        LogConfiguration done = members(List.of("n2", "n3", "n4"), List.of());
        assertThat(MemberRule.next(done, List.of("n2", "n3", "n4"), List.of(), "n2")
                        .kind())
                .isEqualTo(Kind.SETTLED);
    }

    @Test
    void aLeaderThatGoesHandsOverFirst() {
        LogConfiguration now = members(List.of("n1", "n2", "n3", "n4"), List.of());
        assertThat(MemberRule.next(now, List.of("n2", "n3", "n4"), List.of(), "n1"))
                .isEqualTo(new Step(Kind.HAND_OVER, "n2"));
    }

    @Test
    void aNodeThatFollowsAlreadyGetsItsVoteFromTheLeader() {
        LogConfiguration now = members(List.of("n1", "n2", "n3"), List.of("n4"));
        assertThat(MemberRule.next(now, List.of("n2", "n3", "n4"), List.of(), "n2"))
                .isEqualTo(new Step(Kind.PROMOTE, "n4"));
    }

    @Test
    void waitsForLearnersToo() {
        LogConfiguration now = members(List.of("n1", "n2", "n3"), List.of());
        assertThat(MemberRule.next(now, List.of("n1", "n2", "n3"), List.of("n4"), "n1"))
                .isEqualTo(new Step(Kind.WAIT, "n4"));
    }
}
