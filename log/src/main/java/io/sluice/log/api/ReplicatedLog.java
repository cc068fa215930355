package io.sluice.log.api;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One shard's replicated log: entries appended by the leader, applied in order on every replica.
 *
 * <p>Obligations of an implementation:
 *
 * <ol>
 *   <li>An entry is applied only after it is forced to disk on a majority of voters.
 *   <li>Every entry is applied exactly once per replica between two restores, in index order, on one thread (the shard's apply thread).
 *   <li>After a failed write or force nothing is applied or confirmed any more; the node ends ({@link FatalLogError}).
 *   <li>An applied entry stays readable through {@link #reader()} until the machine no longer pins its index.
 * </ol>
 */
public interface ReplicatedLog extends AutoCloseable {
    /** The shard's name, for example {@code control} or {@code shard-0}. */
    String name();

    /**
     * Hands an entry to the log; returns at once. Any thread may call it. The buffer's remaining bytes are the entry; it
     * must not be altered afterwards (it becomes the tail cache's copy).
     *
     * <p>The stage completes with the entry's index once it is applied here, or exceptionally with {@link NotLeaderException} or
     * {@link LogUnavailableException}; after the latter the entry may or may not be applied later.
     */
    CompletionStage<Long> append(ByteBuffer entry);

    /** Whether this replica leads now and has applied everything committed before it was elected. */
    boolean isLeader();

    /** Id of the node that leads, or an empty string while none is known. */
    String leader();

    LogReader reader();

    /** Figures for metrics and the admin interface; any thread. */
    LogStatus status();

    /**
     * Sealed segments below the newest snapshot of which less is alive than {@code log.relocateBelowPercent}, emptiest first; none that is wholly
     * dead. The leader empties them by appending their live messages again. Any thread.
     */
    List<SparseSegment> sparseSegments();

    /** Takes a snapshot now, releases what nothing pins; completes when both are done. */
    CompletionStage<Void> snapshot();

    LogMembership membership();

    @Override
    void close();
}
