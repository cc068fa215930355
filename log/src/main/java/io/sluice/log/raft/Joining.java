package io.sluice.log.raft;

import io.sluice.log.raft.MemberMessage.Answer;
import io.sluice.log.raft.MemberMessage.Question;
import io.sluice.log.raft.MemberMessage.Verdict;
import io.sluice.log.raft.ReplicaFile.Replica;
import io.sluice.log.raft.ReplicaFile.Stage;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every second to be let into a group, until the leader says that it is done. A member asks while it hears of no leader, since nobody tells a replica that was
 * taken out. *Confined to:* any thread (synchronized).
 */
final class Joining implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final long ASK_EVERY_MS = 1000;
    private static final int ASKS_BETWEEN_LINES = 10;
    /** A leader that was deposed without knowing says the same for a moment. */
    private static final int REFUSALS_BELIEVED = 5;

    private final Vertx vertx;
    private final Replica replica;
    private final ReplicaFile file;
    private final Collection<String> peers;
    private final Watched watched;
    private final BiFunction<String, Question, CompletableFuture<Answer>> ask;
    private final String log;
    private final String self;
    private long timer;
    private int asks;
    private boolean joined;
    private int refusals;
    private boolean done;

    /** The replica that asks. */
    interface Watched {
        long lastIndex();

        boolean hasLeader();

        /** Whether it leads: whom others elected has its vote. */
        boolean leads();

        /** The leader says that it is no member, though it was one. */
        void removed(String why);
    }

    /** What it needs of the node. */
    record Parts(
            Vertx vertx,
            String log,
            String self,
            Collection<String> peers,
            BiFunction<String, Question, CompletableFuture<Answer>> ask) {}

    Joining(Parts parts, Replica replica, ReplicaFile file, Watched watched) {
        this.vertx = parts.vertx();
        this.log = parts.log();
        this.self = parts.self();
        this.peers = parts.peers();
        this.ask = parts.ask();
        this.replica = replica;
        this.file = file;
        this.watched = watched;
        this.joined = replica.stage() == Stage.MEMBER;
    }

    synchronized void start() {
        timer = vertx.setPeriodic(1, ASK_EVERY_MS, none -> askAll());
    }

    private synchronized void askAll() {
        if (done || (joined && watched.hasLeader())) {
            refusals = 0;
            return;
        }
        if (!joined && watched.leads()) {
            joined = true;
            var unused = vertx.executeBlocking(this::noteJoined);
            return;
        }
        Question question = new Question(log, self, replica.incarnation(), watched.lastIndex());
        for (String peer : peers) {
            if (!peer.equals(self)) {
                var unused = ask.apply(peer, question).thenAccept(answer -> answered(peer, answer));
            }
        }
        if (++asks % ASKS_BETWEEN_LINES == 0 && !joined) {
            LOG.info(
                    "log {} still joins as incarnation {}, at entry {}",
                    log,
                    replica.incarnation(),
                    question.lastIndex());
        }
    }

    private synchronized void answered(String peer, Answer answer) {
        if (done) {
            return;
        }
        if (joined) {
            if (answer.verdict() == Verdict.REFUSED && ++refusals == REFUSALS_BELIEVED) {
                watched.removed(answer.why());
            }
            return;
        }
        if (answer.verdict() == Verdict.REFUSED && asks % ASKS_BETWEEN_LINES == 1) {
            LOG.error("log {}: leader {} does not let this node in: {}", log, peer, answer.why());
        }
        if (answer.verdict() == Verdict.JOINED) {
            joined = true;
            noteJoined();
        }
    }

    private boolean noteJoined() {
        try {
            file.write(Stage.MEMBER, replica.incarnation());
            LOG.info("log {} has joined as incarnation {}", log, replica.incarnation());
        } catch (IOException e) {
            // Only the mark is missing: the next start asks again and is told the same.
            LOG.warn("log {} has joined, but that could not be noted: {}", log, e.getMessage());
        }
        return true;
    }

    @Override
    public synchronized void close() {
        done = true;
        vertx.cancelTimer(timer);
    }
}
