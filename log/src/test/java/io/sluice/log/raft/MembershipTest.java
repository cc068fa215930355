package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogMembership;
import io.sluice.log.api.MembershipException;
import io.sluice.log.api.MembershipException.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log formed by n1, n2 and n3; n4 is there and holds nothing of it yet. */
final class MembershipTest {
    @TempDir
    Path folder;

    private LoopbackNodes nodes;

    @BeforeEach
    void form() throws Exception {
        nodes = new LoopbackNodes(folder, 4, new LogMembers(List.of("n1", "n2", "n3"), List.of()));
        nodes.startAll("n1", "n2", "n3");
        nodes.append("first");
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private LogMembership membership() throws InterruptedException {
        return nodes.log(nodes.leader()).membership();
    }

    private LogConfiguration configuration() throws Exception {
        return membership().configuration().toCompletableFuture().get(10, SECONDS);
    }

    private static Reason refusal(CompletionStage<Void> change) throws Exception {
        try {
            change.toCompletableFuture().get(35, SECONDS);
            throw new AssertionError("was not refused");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(MembershipException.class);
            return ((MembershipException) e.getCause()).reason();
        }
    }

    private boolean hasVote(String id) {
        try {
            return configuration().hasVoter(id);
        } catch (Exception changing) {
            return false;
        }
    }

    @Test
    void givesAnExpectedNewcomerAVoteAndTakesAnotherNodeOut() throws Exception {
        nodes.start("n4", false).get(30, SECONDS);
        for (String id : List.of("n1", "n2", "n3")) {
            nodes.log(id).membership().expect(new LogMembers(List.of("n4"), List.of()));
        }
        LoopbackNodes.await("a vote for n4", () -> hasVote("n4"));
        String gone = nodes.leader().equals("n1") ? "n2" : "n1";
        membership().remove(gone).toCompletableFuture().get(35, SECONDS);
        nodes.stop(gone);
        assertThat(configuration().voters().stream().map(LogMember::node))
                .hasSize(3)
                .contains("n4")
                .doesNotContain(gone);
        nodes.append("with n4");
        LoopbackNodes.await("n4 has all", () -> nodes.applied("n4").contains("with n4"));
        assertThat(nodes.applied("n4")).containsExactly("first", "with n4");
        assertThat(nodes.fatal).isEmpty();
    }

    @Test
    void letsNobodyInWhoIsNotExpected() throws Exception {
        nodes.start("n4", false).get(30, SECONDS);
        Thread.sleep(3_000);
        assertThat(configuration().newestIncarnation("n4")).isZero();
        assertThat(nodes.applied("n4")).isEmpty();
    }

    @Test
    void refusesARemovalThatWouldLoseTheMajority() throws Exception {
        String dead = nodes.follower();
        nodes.stop(dead);
        String other = nodes.follower();
        // Until the leader has missed it for longer than an election takes, it counts as there.
        Thread.sleep(2_500);
        assertThat(refusal(membership().remove(other))).isEqualTo(Reason.WOULD_LOSE_MAJORITY);
        membership().remove(dead).toCompletableFuture().get(35, SECONDS);
        nodes.append("two are left");
        assertThat(configuration().voters()).hasSize(2);
    }

    @Test
    void handsTheLeadershipOverWithoutLosingAnEntry() throws Exception {
        String target = nodes.follower();
        for (int i = 0; i < 50; i++) {
            nodes.append("before " + i);
        }
        membership().transferLeadership(target).toCompletableFuture().get(10, SECONDS);
        nodes.append("after");
        LoopbackNodes.await("the target leads", () -> nodes.log(target).isLeader());
        assertThat(nodes.applied(target)).contains("first", "before 0", "before 49", "after");
    }

    @Test
    void changesNothingOnAFollower() throws Exception {
        LogMembership follower = nodes.log(nodes.follower()).membership();
        assertThat(refusal(follower.remove("n1"))).isEqualTo(Reason.NOT_LEADER);
        assertThat(refusal(follower.addLearner(new LogMember("n4", 7)))).isEqualTo(Reason.NOT_LEADER);
        assertThat(refusal(follower.transferLeadership("n1"))).isEqualTo(Reason.NOT_LEADER);
    }
}
