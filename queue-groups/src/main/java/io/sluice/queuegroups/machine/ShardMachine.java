package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.QueueStats;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one shard: every queue group in it, as a pure function of the log.
 *
 * <p><em>Invariants:</em> the same entries give the same state and the same effects on every replica; machine time never goes back; {@link #apply} throws
 * for no content whatever (a malformed command is refused, a bug quarantines its group). <em>Confined to:</em> the shard's apply thread;
 * a {@link Snapshot} may leave it.
 */
public final class ShardMachine {
    public ShardMachine(MachineLimits limits) {
        throw new UnsupportedOperationException();
    }

    /** A machine that continues from a snapshot: the concatenated {@link Snapshot#parts()}. @throws IllegalArgumentException when it is damaged or of an unknown format */
    public static ShardMachine restore(ByteBuffer snapshot, MachineLimits limits) {
        throw new UnsupportedOperationException();
    }

    /** Applies one log entry; effects are handed over in order. The entry is not kept. */
    public void apply(long index, ByteBuffer entry, Effects effects) {
        throw new UnsupportedOperationException();
    }

    /** Index of the last entry applied. */
    public long appliedIndex() {
        throw new UnsupportedOperationException();
    }

    /** Machine time in ms. */
    public long timeMs() {
        throw new UnsupportedOperationException();
    }

    /**
     * Machine time from which on a TICK has something to do; {@link Long#MAX_VALUE} for never. At or below {@link #timeMs()}: more work waits, tick again. It may
     * be early (then the tick does nothing but correct it): whoever proposes ticks should leave some ms between two.
     */
    public long nextDueMs() {
        throw new UnsupportedOperationException();
    }

    /** Behaviour in force, raised by RAISE_VERSION. */
    public int machineVersion() {
        throw new UnsupportedOperationException();
    }

    /** Takes references and copies small state; a few milliseconds. */
    public Snapshot capture() {
        throw new UnsupportedOperationException();
    }

    /** Hash of the whole state; the same on every replica at the same index. Cost is that of {@link #capture()}. */
    public long stateHash() {
        throw new UnsupportedOperationException();
    }

    /** Hash taken by the last STATE_HASH command, to be sent as the {@code hash} of the next one. 0 if none. */
    public long loggedHash() {
        throw new UnsupportedOperationException();
    }

    /** Index of the STATE_HASH command that {@link #loggedHash()} belongs to. */
    public long loggedHashIndex() {
        throw new UnsupportedOperationException();
    }

    /** Index of a STATE_HASH command at which this replica was seen to differ from the leader's state; 0 while it never was. The node must end. */
    public long divergedIndex() {
        throw new UnsupportedOperationException();
    }

    /** Commands and entries that could not be read; a bug of whoever wrote them. */
    public long malformedCount() {
        throw new UnsupportedOperationException();
    }

    /** Index at which the group was quarantined after an unexpected error, 0 if it was not. */
    public long quarantinedIndex(long groupId) {
        throw new UnsupportedOperationException();
    }

    /** What went wrong in a quarantined group on this replica, for the log; null after a restore, or if nothing did. */
    public @Nullable Throwable quarantineCause(long groupId) {
        throw new UnsupportedOperationException();
    }

    /** Figures of a queue, or null where there is none. */
    public @Nullable QueueStats stats(long groupId, long queueId) {
        throw new UnsupportedOperationException();
    }

    /** Every group and queue once, for metrics; do not apply meanwhile. */
    public void forEachQueue(QueueVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    public void forEachTenant(Consumer<TenantUsage> visitor) {
        throw new UnsupportedOperationException();
    }

    /** Told of one queue at a time. */
    @FunctionalInterface
    public interface QueueVisitor {
        void visit(long tenantId, long groupId, long queueId, QueueStats stats);
    }

    /** Origins that own a producer or a consumer: a new leader starts a keep-alive timer for each. Sorted, each once. */
    public long[] origins() {
        throw new UnsupportedOperationException();
    }

    /** Calls the visitor for each consumer that has messages checked out: what a leader tells gateways so that losses are found. */
    public void forEachConsumer(ConsumerVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    /** Told of one consumer at a time. */
    @FunctionalInterface
    public interface ConsumerVisitor {
        /** @param lastTag last tag given out @param settleSequence last settlement applied */
        void visit(long groupId, long origin, long sender, int epoch, long lastTag, long settleSequence);
    }

    /** Live message bytes whose entries lie in {@code [firstIndex, lastIndex]}; 0: nothing there is referred to. May over-report. */
    public long liveBytes(long firstIndex, long lastIndex) {
        throw new UnsupportedOperationException();
    }

    /** Live messages of these entries, about {@code maxBytes} of them at most (at least one run if any); per group and queue in a stable order. */
    public List<LiveRun> liveRuns(long firstIndex, long lastIndex, long maxBytes) {
        throw new UnsupportedOperationException();
    }

    /** Checks every invariant. @throws IllegalStateException that names the first that does not hold */
    public void verify() {
        throw new UnsupportedOperationException();
    }
}
