package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.MembershipException;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.spi.FileLayer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replica that lost what it had must not vote as if it had never had it: in a group of A, B and C an entry is confirmed by A and B, B loses its disk, A dies,
 * and B and C together would elect a leader that knows nothing of it.
 */
final class LostReplicaTest {
    @TempDir
    Path folder;

    private LoopbackNodes nodes;

    @BeforeEach
    void form() throws Exception {
        nodes = new LoopbackNodes(folder, 3, new LogMembers(List.of("n1", "n2", "n3"), List.of()));
        nodes.startAll("n1", "n2", "n3");
        nodes.append("first");
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    /** One that is away while the other two confirm; the leader of these two; the one that follows it. */
    private record Roles(String away, String leader, String follower) {}

    private Roles confirmWithoutOne() throws Exception {
        String away = nodes.follower();
        LoopbackNodes.await("first everywhere", () -> nodes.applied(away).contains("first"));
        nodes.stop(away);
        nodes.append("confirmed by two");
        String leader = nodes.leader();
        return new Roles(away, leader, nodes.follower());
    }

    @Test
    void refusesAReplicaThatLostItsFolderWhileAnotherHasTheLog() throws Exception {
        Roles roles = confirmWithoutOne();
        nodes.stop(roles.follower());
        nodes.wipe(roles.follower());
        assertThatThrownBy(() -> nodes.start(roles.follower(), false).get(30, SECONDS))
                .hasRootCauseInstanceOf(java.io.IOException.class)
                .hasMessageContaining("--replace")
                .hasMessageContaining("has nothing of log shard-0");
        nodes.stop(roles.follower());
        nodes.startAll(roles.away());
        nodes.append("goes on");
        assertThat(nodes.applied(nodes.leader())).contains("confirmed by two", "goes on");
    }

    @Test
    void electsNobodyWithAReplicaThatLostAConfirmedEntryWhileItsOnlyHolderIsAway() throws Exception {
        Roles roles = confirmWithoutOne();
        nodes.stop(roles.follower());
        nodes.stop(roles.leader());
        nodes.wipe(roles.follower());
        nodes.startAll(roles.away());
        // With --replace and without: whether the log is there is known, whether all its entries are is not.
        CompletableFuture<ReplicatedLog> lost = nodes.start(roles.follower(), true);
        lost.get(30, SECONDS);
        Thread.sleep(5_000);
        assertThat(nodes.log(roles.away()).isLeader()).isFalse();
        assertThat(nodes.log(roles.follower()).isLeader()).isFalse();
        nodes.startAll(roles.leader());
        nodes.append("after the return");
        for (String id : List.of("n1", "n2", "n3")) {
            LoopbackNodes.await(id + " has all", () -> nodes.applied(id).contains("after the return"));
            assertThat(nodes.applied(id)).containsSubsequence("first", "confirmed by two", "after the return");
        }
        assertThat(nodes.fatal).isEmpty();
    }

    /** Why the rule is there: with a folder that claims to be the old one, the entry is lost. If this fails, the tests above prove nothing. */
    @Test
    void losesTheConfirmedEntryWhenAReplicaVotesUnderItsOldIdentity() throws Exception {
        Roles roles = confirmWithoutOne();
        nodes.stop(roles.follower());
        nodes.stop(roles.leader());
        nodes.wipe(roles.follower());
        new ReplicaFile(FileLayer.disk(), nodes.file(roles.follower(), "")).write(ReplicaFile.Stage.MEMBER, 1);
        nodes.startAll(roles.away(), roles.follower());
        nodes.append("by those two");
        assertThat(nodes.applied(nodes.leader())).contains("by those two").doesNotContain("confirmed by two");
    }

    @Test
    void bringsAReplacedReplicaBackWithAVoteUnderANewIncarnation() throws Exception {
        Roles roles = confirmWithoutOne();
        String lost = roles.follower();
        nodes.startAll(roles.away());
        nodes.stop(lost);
        nodes.wipe(lost);
        nodes.start(lost, true).get(30, SECONDS);
        LoopbackNodes.await(
                "a vote for " + lost,
                () -> configuration().voters().stream()
                        .anyMatch(member -> member.node().equals(lost) && member.incarnation() > 1));
        LogConfiguration after = configuration();
        assertThat(after.voters()).hasSize(3).doesNotContain(new LogMember(lost, 1));
        assertThat(after.learners()).isEmpty();
        // The vote counts: a majority with it alone goes on, and it has everything.
        nodes.stop(roles.away());
        nodes.append("with the replaced one");
        LoopbackNodes.await("all there", () -> nodes.applied(lost).contains("with the replaced one"));
        assertThat(nodes.applied(lost)).containsSubsequence("first", "confirmed by two", "with the replaced one");
        // Its new folder is its own now, --replace or not.
        nodes.stop(lost);
        nodes.startAll(lost);
        nodes.append("after a restart");
        assertThat(nodes.fatal).isEmpty();
    }

    @Test
    void electsALeaderWithTheVoteOfAReplacedReplicaWhenTheLeaderDies() throws Exception {
        Roles roles = confirmWithoutOne();
        String lost = roles.follower();
        nodes.startAll(roles.away());
        nodes.stop(lost);
        nodes.wipe(lost);
        nodes.start(lost, true).get(30, SECONDS);
        LoopbackNodes.await("a vote for " + lost, () -> replaced(lost));
        nodes.stop(nodes.leader());
        nodes.append("elected with the replaced one");
        LoopbackNodes.await("all there", () -> nodes.applied(lost).contains("elected with the replaced one"));
        assertThat(nodes.applied(lost))
                .containsSubsequence("first", "confirmed by two", "elected with the replaced one");
        assertThat(nodes.fatal).isEmpty();
    }

    private boolean replaced(String node) {
        return configuration().voters().stream()
                .anyMatch(member -> member.node().equals(node) && member.incarnation() > 1);
    }

    private LogConfiguration configuration() {
        try {
            return nodes.log(nodes.leader())
                    .membership()
                    .configuration()
                    .toCompletableFuture()
                    .get(5, SECONDS);
        } catch (ExecutionException noLeaderNow) {
            assertThat(noLeaderNow).hasCauseInstanceOf(MembershipException.class);
            return new LogConfiguration(List.of(), List.of());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesAReplicaThatLostItsVoteFile() throws Exception {
        nodes.stop("n2");
        Files.delete(nodes.file("n2", "vote"));
        assertThatThrownBy(() -> nodes.start("n2", false).get(30, SECONDS))
                .hasRootCauseInstanceOf(java.io.IOException.class)
                .hasMessageContaining("has lost its file 'vote'");
    }

    /** With its vote and no entry it would elect the one that was away, and what the two had confirmed would be gone. */
    @Test
    void refusesAReplicaThatLostItsEntries() throws Exception {
        Roles roles = confirmWithoutOne();
        nodes.stop(roles.follower());
        nodes.stop(roles.leader());
        nodes.wipe(roles.follower(), "segments");
        CompletableFuture<ReplicatedLog> lost = nodes.start(roles.follower(), false);
        nodes.start(roles.away(), false).get(30, SECONDS);
        assertThatThrownBy(() -> lost.get(30, SECONDS))
                .hasRootCauseInstanceOf(java.io.IOException.class)
                .hasMessageContaining("has lost all of its log");
        nodes.stop(roles.follower());
        nodes.startAll(roles.leader());
        nodes.append("after the return");
        assertThat(nodes.applied(nodes.leader())).containsSubsequence("confirmed by two", "after the return");
    }

    @Test
    void waitsToFormTheLogUntilAllItsVotersAreThere() throws Exception {
        nodes.close();
        nodes = new LoopbackNodes(folder.resolve("new"), 3, new LogMembers(List.of("n1", "n2", "n3"), List.of()));
        CompletableFuture<ReplicatedLog> first = nodes.start("n1", false);
        CompletableFuture<ReplicatedLog> second = nodes.start("n2", false);
        Thread.sleep(2_000);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        nodes.startAll("n3");
        nodes.append("formed");
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }
}
