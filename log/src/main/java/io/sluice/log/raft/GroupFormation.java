package io.sluice.log.raft;

import io.sluice.log.api.LogMembers;
import io.sluice.log.raft.MemberMessage.Answer;
import io.sluice.log.raft.MemberMessage.Question;
import io.sluice.log.raft.ReplicaFile.Replica;
import io.sluice.log.raft.ReplicaFile.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides as whom a replica takes part when its folder is opened.
 *
 * <p>The danger: a replica that lost what it had and votes as if it had never had anything elects a leader without a confirmed entry. So a log is formed only
 * while all its voters are there and each of them has said on its own disk, before any of them may vote, that it never had anything of it ({@link
 * Stage#FORMING}). A replica that finds its folder empty while any other one is past that has lost it, and comes back under a new incarnation only. What it
 * cannot know because a voter does not answer it waits for.
 *
 * <p>*Confined to:* the thread that opens the log, which waits in here.
 */
final class GroupFormation {
    private static final Logger LOG = LoggerFactory.getLogger(GroupFormation.class);
    private static final long ASK_TIMEOUT_MS = 2_000;
    private static final long PAUSE_MS = 250;
    private static final int PAUSES_BETWEEN_LINES = 20;
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final String log;
    private final String self;
    private final LogMembers members;
    private final boolean replace;
    private final ReplicaFile file;
    private final Function<String, CompletableFuture<Answer>> peers;
    private final BooleanSupplier closed;

    /**
     * @param peers asks a node how the log stands with it
     * @param closed whether to give up
     */
    GroupFormation(
            Question question,
            LogMembers members,
            boolean replace,
            ReplicaFile file,
            Function<String, CompletableFuture<Answer>> peers,
            BooleanSupplier closed) {
        this.log = question.log();
        this.self = question.node();
        this.members = members;
        this.replace = replace;
        this.file = file;
        this.peers = peers;
        this.closed = closed;
    }

    /** The replica under which to open; returns once that is certain. */
    Replica decide() throws IOException {
        Replica replica = file.read();
        for (int round = 0; mayNotVoteYet(replica); round++) {
            if (isAlone()) {
                return file.write(Stage.MEMBER, ReplicaFile.FIRST_INCARNATION);
            }
            Map<String, @Nullable Answer> answers = askVoters();
            Replica next = step(replica, answers);
            if (next.equals(replica)) {
                pause(round, answers);
            }
            replica = next;
        }
        return replica;
    }

    private static boolean mayNotVoteYet(Replica replica) {
        return replica.stage() == Stage.NONE || replica.stage() == Stage.FORMING;
    }

    private boolean isAlone() {
        return members.voters().equals(List.of(self));
    }

    private Replica step(Replica replica, Map<String, @Nullable Answer> answers) throws IOException {
        String holder = firstPast(answers, Stage.FORMING);
        if (replica.stage() == Stage.FORMING) {
            return holder != null || allAtLeast(answers, Stage.FORMING)
                    ? file.write(Stage.MEMBER, ReplicaFile.FIRST_INCARNATION)
                    : replica;
        }
        if (holder != null) {
            return file.write(Stage.JOINING, newIncarnation(holder, answers));
        }
        boolean partOfForming =
                members.voters().contains(self) || members.learners().contains(self);
        return partOfForming && allAtLeast(answers, Stage.NONE)
                ? file.write(Stage.FORMING, ReplicaFile.FIRST_INCARNATION)
                : replica;
    }

    private static @Nullable String firstPast(Map<String, @Nullable Answer> answers, Stage stage) {
        for (Map.Entry<String, @Nullable Answer> entry : answers.entrySet()) {
            Answer answer = entry.getValue();
            if (answer != null && answer.stage().compareTo(stage) > 0) {
                return entry.getKey();
            }
        }
        return null;
    }

    private static boolean allAtLeast(Map<String, @Nullable Answer> answers, Stage stage) {
        return answers.values().stream()
                .allMatch(answer -> answer != null && answer.stage().compareTo(stage) >= 0);
    }

    /** Seconds make it unlike any other; that it is above what the leader knows makes it the newest even when a clock went back. */
    private int newIncarnation(String holder, Map<String, @Nullable Answer> answers) throws IOException {
        if (hadVote(answers) && !replace) {
            throw new IOException("this node has nothing of log " + log + ", but node " + holder
                    + " has it: the data folder is not the one that this node had, or its content is lost. "
                    + "Start with the right folder, or with --replace to bring the replica back from the others");
        }
        int incarnation = (int) Duration.between(EPOCH, Instant.now()).toSeconds();
        for (Answer answer : answers.values()) {
            if (answer != null) {
                incarnation = Math.max(incarnation, answer.members().newestIncarnation(self) + 1);
            }
        }
        LOG.warn(
                "log {} is there already: this node joins it as incarnation {}, without a vote first",
                log,
                incarnation);
        return incarnation;
    }

    /** As the leader knows, where one answers: a node that was added since is among the members that were told, but never had anything. */
    private boolean hadVote(Map<String, @Nullable Answer> answers) {
        for (Answer answer : answers.values()) {
            if (answer != null && !answer.members().voters().isEmpty()) {
                return answer.members().hasVoter(self);
            }
        }
        return members.voters().contains(self);
    }

    private Map<String, @Nullable Answer> askVoters() throws IOException {
        Map<String, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
        members.voters().stream()
                .filter(voter -> !voter.equals(self))
                .forEach(voter -> asked.put(voter, peers.apply(voter)));
        Map<String, @Nullable Answer> answers = new LinkedHashMap<>();
        for (Map.Entry<String, CompletableFuture<Answer>> entry : asked.entrySet()) {
            answers.put(entry.getKey(), await(entry.getValue()));
        }
        return answers;
    }

    private @Nullable Answer await(CompletableFuture<Answer> answer) throws IOException {
        try {
            return answer.get(2 * ASK_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("a peer does not say how log {} stands: {}", log, e.toString());
            return null;
        }
    }

    private void pause(int round, Map<String, @Nullable Answer> answers) throws IOException {
        if (closed.getAsBoolean()) {
            throw new IOException("the node is closed while log " + log + " waits for its peers");
        }
        if (round % PAUSES_BETWEEN_LINES == PAUSES_BETWEEN_LINES - 1) {
            List<String> missing = new ArrayList<>();
            answers.forEach((node, answer) -> {
                if (answer == null || answer.stage() == Stage.NONE) {
                    missing.add(node + (answer == null ? " (no answer)" : " (not ready)"));
                }
            });
            LOG.warn(
                    "log {} is not there yet, and is formed only while all its first voters are: waiting for {}",
                    log,
                    missing);
        }
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while log " + log + " waits for its peers", cause);
    }
}
