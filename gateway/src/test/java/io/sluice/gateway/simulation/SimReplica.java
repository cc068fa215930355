package io.sluice.gateway.simulation;

import io.sluice.log.api.LogMembership;
import io.sluice.log.api.LogReader;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.LogStatus;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.NotLeaderException;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.api.SparseSegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One replica of the shard's log: what it holds on disk outlives its process, the rest does not. */
final class SimReplica {
    private static final long HEARTBEAT_NS = 100 * World.MILLI_NS;
    private static final long STEP_DOWN_NS = 1_500 * World.MILLI_NS;

    private final SimRaft raft;
    private final String id;
    // On disk.
    private List<Entry> log = new ArrayList<>();
    private long term;
    private final List<Long> snapshots = new ArrayList<>();
    // In memory.
    private Process process;
    private LogStateMachine machine;
    private boolean leads;
    private boolean ready;
    private String leader = "";
    private long ownFirst;
    private long commit;
    private long applied;
    private long heardNs;
    private boolean applying;
    /** Plants a fault: as a follower it leaves out the next entry. */
    boolean skipsNext;

    private final Map<String, Long> matched = new HashMap<>();
    private final Map<String, Long> answeredNs = new HashMap<>();
    private final TreeMap<Long, CompletableFuture<Long>> waiting = new TreeMap<>();

    /** @param bytes null: the entry with which a leader begins */
    private record Entry(long term, byte[] bytes) {}

    private record Append(String from, long term, List<Entry> log, int length, long commit) {}

    SimReplica(SimRaft raft, String id) {
        this.raft = raft;
        this.id = id;
    }

    String id() {
        return id;
    }

    boolean runs() {
        return process != null && process.runs() && machine != null;
    }

    boolean leads() {
        return leads;
    }

    long term() {
        return term;
    }

    long heardNs() {
        return heardNs;
    }

    boolean isAheadOf(SimReplica other) {
        long mine = lastTerm();
        long others = other.lastTerm();
        return mine != others ? mine > others : log.size() > other.log.size();
    }

    private long lastTerm() {
        return log.isEmpty() ? 0 : log.get(log.size() - 1).term;
    }

    /** The node has died. */
    void stop() {
        process = null;
        machine = null;
        leads = false;
        ready = false;
        waiting.clear();
    }

    ReplicatedLog open(Process newProcess, LogStateMachine newMachine) {
        process = newProcess;
        machine = newMachine;
        leads = false;
        ready = false;
        leader = "";
        commit = 0;
        applied = 0;
        applying = false;
        waiting.clear();
        heardNs = raft.world.nowNs();
        if (!snapshots.isEmpty()) {
            restore(snapshots.get(raft.world.random.nextInt(snapshots.size())));
        }
        return new Log(newProcess);
    }

    private void restore(long index) {
        raft.world.note(id + " restores the snapshot of entry " + index);
        raft.snapshots.restore(index, machine);
        applied = index;
        commit = Math.max(commit, index);
    }

    void heardOfTerm(long newer) {
        if (newer > term) {
            term = newer;
            stepDown("");
        }
    }

    void lead(long newTerm) {
        term = newTerm;
        leads = true;
        leader = id;
        log.add(new Entry(term, null));
        ownFirst = log.size();
        matched.clear();
        answeredNs.clear();
        raft.replicas.keySet().forEach(peer -> answeredNs.put(peer, raft.world.nowNs()));
        heartbeat(process, newTerm);
        advance();
    }

    private void heartbeat(Process mine, long leadTerm) {
        if (mine == process && leads && term == leadTerm) {
            long heard = answeredNs.values().stream()
                    .filter(atNs -> raft.world.nowNs() - atNs < STEP_DOWN_NS)
                    .count();
            if (heard < raft.majority()) {
                raft.world.note(id + " misses its majority");
                stepDown("");
                return;
            }
            replicate();
            mine.after(HEARTBEAT_NS, () -> heartbeat(mine, leadTerm));
        }
    }

    private void stepDown(String newLeader) {
        boolean was = leads;
        boolean wasReady = ready;
        leads = false;
        ready = false;
        leader = newLeader;
        List<CompletableFuture<Long>> unknown = List.copyOf(waiting.values());
        waiting.clear();
        if (was && process != null) {
            Process mine = process;
            LogStateMachine own = machine;
            if (wasReady) {
                own.onFollowing(newLeader);
            }
            mine.after(
                    0,
                    () -> unknown.forEach(
                            each -> each.completeExceptionally(new LogUnavailableException("no longer leader"))));
        }
    }

    private void replicate() {
        answeredNs.put(id, raft.world.nowNs());
        for (SimReplica peer : raft.replicas.values()) {
            if (peer != this) {
                Append append = new Append(id, term, log, log.size(), commit);
                raft.network.carry("raft", id, peer.id, () -> peer.arrives(append));
            }
        }
    }

    private void arrives(Append append) {
        Process mine = process;
        if (mine != null && machine != null) {
            mine.after(0, () -> received(append));
        }
    }

    private void received(Append append) {
        Process mine = process;
        if (append.term >= term) {
            boolean news = leads || !leader.equals(append.from);
            if (append.term > term || leads) {
                term = append.term;
                stepDown(append.from);
            }
            if (news) {
                leader = append.from;
                machine.onFollowing(append.from);
            }
            heardNs = raft.world.nowNs();
            copy(append);
            if (mine != process) {
                return;
            }
            commit = Math.max(commit, Math.min(append.commit, append.length));
            installIfBehind();
            apply();
        }
        long answerTerm = term;
        long length = append.length;
        SimReplica to = raft.replicas.get(append.from);
        process.after(
                raft.world.drawNs(200, 2_000),
                () -> raft.network.carry("raft", id, to.id, () -> {
                    Process its = to.process;
                    if (its != null && to.machine != null) {
                        its.after(0, () -> to.answered(id, append.term, answerTerm, length));
                    }
                }));
    }

    /** Who is far behind gets a snapshot in the middle of its life. */
    private void installIfBehind() {
        long newest = raft.snapshots.newestUpTo(commit);
        if (newest > applied + SimRaft.SNAPSHOT_EVERY / 2 && raft.world.chance(0.5)) {
            restore(newest);
            snapshots.add(newest);
        }
    }

    /** By Raft's rule equal terms at an index mean equal logs up to there. */
    private void copy(Append append) {
        int same = Math.min(log.size(), append.length);
        while (same > 0 && log.get(same - 1).term != append.log.get(same - 1).term) {
            same--;
        }
        if (same == append.length) {
            return;
        }
        if (same < log.size()) {
            log = new ArrayList<>(log.subList(0, same));
            if (same < applied) {
                int kept = same;
                snapshots.removeIf(index -> index > kept);
                raft.appliedEntryLost(id);
            }
        }
        log.addAll(append.log.subList(same, append.length));
    }

    private void answered(String peer, long askedTerm, long answerTerm, long length) {
        if (answerTerm > term) {
            heardOfTerm(answerTerm);
        } else if (leads && askedTerm == term) {
            answeredNs.put(peer, raft.world.nowNs());
            matched.merge(peer, length, Math::max);
            advance();
        }
    }

    private void advance() {
        matched.put(id, (long) log.size());
        List<Long> lengths = new ArrayList<>(matched.values());
        lengths.sort((a, b) -> Long.compare(b, a));
        long common = raft.confirmsBeforeCommit
                ? log.size()
                : lengths.size() < raft.majority() ? 0 : lengths.get(raft.majority() - 1);
        if (common >= ownFirst && common > commit) {
            commit = common;
            apply();
        }
    }

    private void apply() {
        if (!applying && applied < commit) {
            applying = true;
            Process mine = process;
            mine.after(raft.world.drawNs(5, 300), () -> {
                if (mine == process) {
                    applying = false;
                    applyNow();
                }
            });
        }
    }

    private boolean skipsOne() {
        boolean skip = skipsNext && !leads;
        skipsNext &= !skip;
        return skip;
    }

    private void applyNow() {
        while (applied < Math.min(commit, log.size())) {
            byte[] entry = log.get((int) applied).bytes;
            applied++;
            if (entry != null && skipsOne()) {
                raft.world.note(id + " skips entry " + applied);
            } else if (entry != null) {
                machine.apply(applied, ByteBuffer.wrap(entry).asReadOnlyBuffer());
            }
            CompletableFuture<Long> done = waiting.remove(applied);
            if (done != null) {
                done.complete(applied);
            }
            if (applied % SimRaft.SNAPSHOT_EVERY == 0) {
                raft.snapshots.take(id, applied, machine);
                snapshots.add(applied);
            }
            if (leads && !ready && applied >= ownFirst) {
                ready = true;
                machine.onLeading(term);
            }
        }
    }

    /** The log as the shard's code sees it, in one process. */
    private final class Log implements ReplicatedLog {
        private final Process owner;

        Log(Process owner) {
            this.owner = owner;
        }

        @Override
        public String name() {
            return "shard-0";
        }

        @Override
        public CompletionStage<Long> append(ByteBuffer entry) {
            CompletableFuture<Long> done = new CompletableFuture<>();
            if (!leads || owner != process) {
                owner.after(0, () -> done.completeExceptionally(new NotLeaderException(leader)));
                return done;
            }
            byte[] bytes = new byte[entry.remaining()];
            entry.duplicate().get(bytes);
            log.add(new Entry(term, bytes));
            waiting.put((long) log.size(), done);
            owner.after(raft.world.drawNs(200, 1_500), () -> {
                if (leads && owner == process) {
                    replicate();
                    advance();
                }
            });
            return done;
        }

        @Override
        public boolean isLeader() {
            return leads && ready && owner == process;
        }

        @Override
        public String leader() {
            return leader;
        }

        @Override
        public LogReader reader() {
            return new EntryReader(index -> log.get((int) index - 1).bytes);
        }

        @Override
        public LogMembership membership() {
            throw new UnsupportedOperationException("the members of a simulated log stay");
        }

        @Override
        public LogStatus status() {
            return new LogStatus(1, log.size(), applied, 0, 0, 1, 0, Long.MAX_VALUE);
        }

        @Override
        public List<SparseSegment> sparseSegments() {
            return List.of();
        }

        @Override
        public CompletionStage<Void> snapshot() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }
}
