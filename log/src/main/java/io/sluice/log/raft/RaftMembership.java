package io.sluice.log.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogMembership;
import io.sluice.log.api.MembershipException;
import io.sluice.log.api.MembershipException.Reason;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link LogMembership} on one JRaft node.
 *
 * <p>JRaft lets one change run at a time and refuses others; a replica that gets a vote must catch up before the change is logged, and the change goes through
 * a joint configuration, so two majorities never decide apart.
 */
final class RaftMembership implements LogMembership {
    private static final Logger LOG = LoggerFactory.getLogger(RaftMembership.class);
    private static final int CHANGE_TIMEOUT_S = 30;
    private static final int NUDGE_MS = 300;
    /** No node has such an id. */
    private static final PeerId NOBODY = new PeerId("(nobody)", 1);

    private final String log;
    private final Node node;
    private final Runnable appendNothing;
    private volatile LogMembers expected = new LogMembers(List.of(), List.of());
    private CompletableFuture<Void> lastChange = CompletableFuture.completedFuture(null);

    /** @param appendNothing appends an entry that no machine sees */
    RaftMembership(String log, Node node, Runnable appendNothing) {
        this.appendNothing = appendNothing;
        this.log = log;
        this.node = node;
    }

    @Override
    public LogMember self() {
        PeerId own = node.getNodeId().getPeerId();
        return new LogMember(own.getIp(), own.getPort());
    }

    @Override
    public CompletionStage<LogConfiguration> configuration() {
        CompletableFuture<LogConfiguration> settled = new CompletableFuture<>();
        try {
            LogConfiguration before = newest();
            // While two configurations count, the newer one alone says too much. To end a learner that is none changes
            // nothing, and is refused then; a wish for what was there a moment ago could undo what was decided since.
            node.removeLearners(List.of(NOBODY), status -> {
                if (status.isOk()) {
                    settle(settled, before);
                } else {
                    settled.completeExceptionally(failure("the list of members", status));
                }
            });
        } catch (MembershipException notLeader) {
            settled.completeExceptionally(notLeader);
        }
        return settled;
    }

    private void settle(CompletableFuture<LogConfiguration> settled, LogConfiguration before) {
        try {
            if (newest().equals(before)) {
                settled.complete(before);
            } else {
                settled.completeExceptionally(
                        new MembershipException(Reason.BUSY, "the members of log " + log + " have just changed"));
            }
        } catch (MembershipException notLeader) {
            settled.completeExceptionally(notLeader);
        }
    }

    @Override
    public LogConfiguration newest() {
        try {
            return new LogConfiguration(members(node.listPeers()), members(node.listLearners()));
        } catch (IllegalStateException notLeader) {
            throw new MembershipException(
                    Reason.NOT_LEADER, "log " + log + " is not led by this node; its leader knows the members");
        }
    }

    private static List<LogMember> members(Collection<PeerId> peers) {
        return peers.stream()
                .map(peer -> new LogMember(peer.getIp(), peer.getPort()))
                .toList();
    }

    @Override
    public void expect(LogMembers nodes) {
        expected = nodes;
    }

    LogMembers expected() {
        return expected;
    }

    @Override
    public CompletionStage<Void> addLearner(LogMember learner) {
        return guarded(() -> {
            LogConfiguration now = newest();
            Configuration wanted = new Configuration();
            now.voters().forEach(voter -> wanted.addPeer(Peers.peer(voter)));
            now.learners().stream()
                    .filter(other -> !other.node().equals(learner.node()))
                    .forEach(other -> wanted.addLearner(Peers.peer(other)));
            wanted.addLearner(Peers.peer(learner));
            return changeTo("learner " + learner, wanted);
        });
    }

    @Override
    public CompletionStage<Void> promote(LogMember member) {
        return guarded(() -> {
            LogConfiguration now = newest();
            if (now.voters().contains(member)) {
                return CompletableFuture.completedFuture(null);
            }
            // JRaft counts only replicas towards a majority that it began to serve as voters: the learner goes first.
            CompletableFuture<Void> ready = now.learners().contains(member)
                    ? change("ending learner " + member, done -> node.removeLearners(List.of(Peers.peer(member)), done))
                    : CompletableFuture.completedFuture(null);
            return ready.thenCompose(none -> changeTo("a vote for " + member, with(newest(), member)));
        });
    }

    /** The members with this one as a voter, and no other incarnation of its node. */
    private static Configuration with(LogConfiguration now, LogMember member) {
        Configuration wanted = without(now, member.node());
        wanted.addPeer(Peers.peer(member));
        return wanted;
    }

    private static Configuration without(LogConfiguration now, String node) {
        Configuration wanted = new Configuration();
        now.voters().stream().filter(voter -> !voter.node().equals(node)).forEach(m -> wanted.addPeer(Peers.peer(m)));
        now.learners().stream().filter(m -> !m.node().equals(node)).forEach(m -> wanted.addLearner(Peers.peer(m)));
        return wanted;
    }

    @Override
    public CompletionStage<Void> remove(String gone) {
        return guarded(() -> {
            LogConfiguration now = newest();
            if (now.newestIncarnation(gone) == 0) {
                return CompletableFuture.completedFuture(null);
            }
            Configuration wanted = without(now, gone);
            if (now.hasVoter(gone)) {
                checkMajority(wanted, gone);
            }
            return changeTo("removal of node " + gone, wanted);
        });
    }

    private void checkMajority(Configuration wanted, String gone) {
        List<PeerId> remaining = wanted.listPeers();
        List<PeerId> alive =
                node.listAlivePeers().stream().filter(remaining::contains).toList();
        if (alive.size() < remaining.size() / 2 + 1) {
            throw new MembershipException(
                    Reason.WOULD_LOSE_MAJORITY,
                    "without node " + gone + " log " + log + " would be held by " + members(remaining)
                            + ", of which only " + members(alive)
                            + " answer: no majority. Start the others first, or add a node");
        }
    }

    private CompletableFuture<Void> changeTo(String what, Configuration wanted) {
        CompletableFuture<Void> changed = change(what, done -> node.changePeers(wanted, done));
        nudge(changed);
        return changed;
    }

    /**
     * JRaft looks whether a replica has caught up when it answers an entry. One that has everything may answer before JRaft began to look, and in a log that is idle
     * nothing would come after it.
     */
    private void nudge(CompletableFuture<Void> changed) {
        CompletableFuture.delayedExecutor(NUDGE_MS, TimeUnit.MILLISECONDS).execute(() -> {
            if (!changed.isDone()) {
                appendNothing.run();
                nudge(changed);
            }
        });
    }

    @Override
    public CompletionStage<Void> transferLeadership(String target) {
        return guarded(() -> {
            LogMember member = newest().voters().stream()
                    .filter(voter -> voter.node().equals(target))
                    .findFirst()
                    .orElseThrow(() -> new MembershipException(
                            Reason.UNKNOWN, "node " + target + " has no vote in log " + log + ": it cannot lead it"));
            Status status = node.transferLeadershipTo(Peers.peer(member));
            return status.isOk()
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure("transfer to " + target, status));
        });
    }

    private CompletableFuture<Void> change(String what, Consumer<Closure> change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        LOG.info("log {}: {}", log, what);
        change.accept(status -> {
            if (status.isOk()) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure(what, status));
            }
        });
        CompletableFuture<Void> late = new CompletableFuture<>();
        late.completeOnTimeout(null, CHANGE_TIMEOUT_S, TimeUnit.SECONDS);
        var unused = late.thenRun(() -> done.completeExceptionally(new MembershipException(
                Reason.TIMEOUT,
                what + " in log " + log + " was not through after " + CHANGE_TIMEOUT_S + " s; it may still happen")));
        return done.whenComplete((none, failure) -> late.cancel(false));
    }

    private MembershipException failure(String what, Status status) {
        RaftError error = status.getRaftError();
        Reason reason = switch (error) {
            case EBUSY -> Reason.BUSY;
            case EPERM -> Reason.NOT_LEADER;
            case ECATCHUP -> Reason.NOT_CAUGHT_UP;
            default -> Reason.FAILED;
        };
        return new MembershipException(reason, what + " in log " + log + ": " + status.getErrorMsg());
    }

    /** One after the other: each says what all members shall be, and must not undo what the one before it changed. */
    private synchronized CompletableFuture<Void> guarded(Supplier<CompletableFuture<Void>> change) {
        CompletableFuture<Void> next =
                lastChange.handle((none, failure) -> null).thenCompose(ended -> begun(change));
        lastChange = next;
        return next;
    }

    private CompletableFuture<Void> begun(Supplier<CompletableFuture<Void>> change) {
        try {
            return change.get();
        } catch (MembershipException refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (IllegalStateException notLeader) {
            return CompletableFuture.failedFuture(
                    new MembershipException(Reason.NOT_LEADER, "log " + log + " is no longer led by this node"));
        } catch (IllegalArgumentException refused) {
            return CompletableFuture.failedFuture(new MembershipException(
                    Reason.FAILED, "log " + log + " does not take this change: " + refused.getMessage()));
        }
    }
}
