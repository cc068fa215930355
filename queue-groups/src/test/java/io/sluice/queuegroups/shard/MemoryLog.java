package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogMembership;
import io.sluice.log.api.LogReader;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.LogStatus;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.api.SparseSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A log in memory that applies on a thread of its own; it can hold entries back, fail appends and pretend that nothing is cached. */
final class MemoryLog implements ReplicatedLog {
    private final LogStateMachine machine;
    private final ConcurrentSkipListMap<Long, ByteBuffer> entries = new ConcurrentSkipListMap<>();
    private final ExecutorService applyThread = Executors.newSingleThreadExecutor();
    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private volatile boolean failing;
    private volatile int refusals;
    private volatile boolean leading;
    private volatile long cachedFrom;
    private volatile long freeDiskBytes = Long.MAX_VALUE;
    private long lastIndex;

    MemoryLog(LogStateMachine machine) {
        this.machine = machine;
    }

    /** Returns when it leads. */
    void lead() throws Exception {
        applyThread
                .submit(() -> {
                    machine.onLeading(1);
                    leading = true;
                })
                .get();
    }

    /** Entries appended from now on are applied only after {@link #release}. */
    void hold() {
        gate = new CompletableFuture<>();
    }

    void release() {
        gate.complete(null);
    }

    void failAppends(boolean fail) {
        failing = fail;
    }

    /** The next entries are refused at once, as those that are too large. */
    void refuse(int count) {
        refusals = count;
    }

    void cacheOnlyFrom(long index) {
        cachedFrom = index;
    }

    void freeDisk(long bytes) {
        freeDiskBytes = bytes;
    }

    List<ByteBuffer> entries() {
        return List.copyOf(entries.values());
    }

    @Override
    public String name() {
        return "shard-0";
    }

    @Override
    public synchronized CompletionStage<Long> append(ByteBuffer entry) {
        CompletableFuture<Long> applied = new CompletableFuture<>();
        if (refusals > 0) {
            refusals--;
            throw new IllegalArgumentException("planted");
        }
        if (failing) {
            applied.completeExceptionally(new LogUnavailableException("planted"));
            return applied;
        }
        long index = ++lastIndex;
        entries.put(index, entry.asReadOnlyBuffer());
        CompletableFuture<Void> pass = gate;
        applyThread.execute(() -> {
            pass.join();
            machine.apply(index, entry.asReadOnlyBuffer());
            applied.complete(index);
        });
        return applied;
    }

    @Override
    public boolean isLeader() {
        return leading;
    }

    @Override
    public String leader() {
        return leading ? "n1" : "";
    }

    @Override
    public LogReader reader() {
        return new LogReader() {
            @Override
            public @Nullable ByteBuffer cached(long index) {
                return index < cachedFrom ? null : entries.get(index);
            }

            @Override
            public ByteBuffer read(long index) throws IOException {
                ByteBuffer entry = entries.get(index);
                if (entry == null) {
                    throw new IllegalArgumentException("no entry " + index);
                }
                return entry;
            }
        };
    }

    @Override
    public LogStatus status() {
        return new LogStatus(1, lastIndex, lastIndex, 0, 0, 1, 0, freeDiskBytes);
    }

    @Override
    public LogMembership membership() {
        throw new UnsupportedOperationException("a log in memory has no members");
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
    public void close() {
        applyThread.shutdownNow();
    }
}
