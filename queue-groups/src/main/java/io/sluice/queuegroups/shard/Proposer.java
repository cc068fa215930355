package io.sluice.queuegroups.shard;

import io.sluice.log.api.ReplicatedLog;
import io.sluice.queuegroups.machine.ShardEntry;
import io.sluice.queuegroups.machine.ShardEntryWriter;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Packs waiting commands into log entries and keeps a few of these in flight. While they are, what arrives gathers into the next: nothing waits on a timer.
 *
 * <p><em>Invariants:</em> at most {@code inFlightEntries} entries are in flight; every command offered is told once how it went.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class Proposer {
    private final Context context;
    private final ReplicatedLog log;
    private final FairQueue queue;
    private final Limits limits;
    private final Listener listener;
    private final LongSupplier clockMs;
    private int inFlightCount;

    /**
     * @param batchBytes an entry is closed when the next command would make it larger; a single larger command gets an entry of its own
     */
    record Limits(int batchBytes, int inFlightEntries) {}

    /** Told on the shard's context. */
    interface Listener {
        /** The commands were applied, or failed together. */
        void completed(List<Pending> commands, Entry entry, @Nullable Throwable failure);
    }

    /** @param sizeBytes bytes of the entry @param latencyNs from append to applied */
    record Entry(int sizeBytes, long latencyNs) {}

    Proposer(
            Context context,
            ReplicatedLog log,
            FairQueue queue,
            Limits limits,
            LongSupplier clockMs,
            Listener listener) {
        this.context = context;
        this.log = log;
        this.queue = queue;
        this.limits = limits;
        this.clockMs = clockMs;
        this.listener = listener;
    }

    /** Hands entries to the log as long as there are commands and room in flight. */
    void pump() {
        while (inFlightCount < limits.inFlightEntries() && !queue.isEmpty()) {
            append(gather());
        }
    }

    /** Nothing waits and nothing is in flight. */
    boolean isIdle() {
        return inFlightCount == 0 && queue.isEmpty();
    }

    private List<Pending> gather() {
        List<Pending> commands = new ArrayList<>();
        Pending first = queue.poll(Integer.MAX_VALUE);
        int room = limits.batchBytes() - ShardEntry.HEADER_BYTES;
        for (Pending next = first; next != null; next = queue.poll(room)) {
            commands.add(next);
            room -= next.command().sizeBytes();
        }
        return commands;
    }

    private void append(List<Pending> commands) {
        ByteBuffer entry = pack(commands);
        int sizeBytes = entry.remaining();
        long startNs = System.nanoTime();
        inFlightCount++;
        appended(entry)
                .whenComplete((index, failure) -> context.runOnContext(now -> {
                    inFlightCount--;
                    listener.completed(commands, new Entry(sizeBytes, System.nanoTime() - startNs), failure);
                    pump();
                }));
    }

    /** What the log refuses at once has failed too: its place in flight must come free. */
    private CompletionStage<Long> appended(ByteBuffer entry) {
        try {
            return log.append(entry);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private ByteBuffer pack(List<Pending> commands) {
        int sizeBytes = ShardEntry.HEADER_BYTES;
        for (Pending pending : commands) {
            sizeBytes += pending.command().sizeBytes();
        }
        ShardEntryWriter writer = new ShardEntryWriter(ByteBuffer.allocate(sizeBytes));
        for (Pending pending : commands) {
            if (!writer.tryAdd(pending.command())) {
                throw new IllegalStateException("a command does not fit where its size was counted");
            }
        }
        return writer.finish(clockMs.getAsLong());
    }
}
