package io.sluice.tenantmanager.fakes;

import io.sluice.log.api.LogMembership;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogReader;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.LogStatus;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.api.SparseSegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A log in memory with an apply thread; entries outlive {@link #close}, so that opening again replays them. */
public final class MemoryLog implements LogNode {
    private final List<ByteBuffer> entries = new ArrayList<>();
    private ExecutorService applier = Executors.newSingleThreadExecutor();
    private volatile boolean unavailable;
    private volatile long leadsBeforeOpenMs;

    /** From now on {@link #open} returns so long after the machine leads. */
    public void leadsBeforeOpen(long ms) {
        leadsBeforeOpenMs = ms;
    }

    /** From now on appends fail. */
    public void unavailable(boolean value) {
        unavailable = value;
    }

    @Override
    public ReplicatedLog open(String name, LogStateMachine machine) {
        applier = Executors.newSingleThreadExecutor();
        CompletableFuture<Void> recovered = CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < entries.size(); i++) {
                        machine.apply(i + 1L, entries.get(i).duplicate());
                    }
                    machine.onLeading(1);
                },
                applier);
        recovered.join();
        CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(leadsBeforeOpenMs, TimeUnit.MILLISECONDS))
                .join();
        return new Log(name, machine);
    }

    @Override
    public int port() {
        return 0;
    }

    @Override
    public void close() {
        applier.shutdownNow();
    }

    private final class Log implements ReplicatedLog {
        private final String name;
        private final LogStateMachine machine;

        Log(String name, LogStateMachine machine) {
            this.name = name;
            this.machine = machine;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public CompletionStage<Long> append(ByteBuffer entry) {
            if (unavailable) {
                return CompletableFuture.failedFuture(new LogUnavailableException("the disk is away"));
            }
            return CompletableFuture.supplyAsync(
                    () -> {
                        entries.add(entry);
                        machine.apply(entries.size(), entry.duplicate());
                        return (long) entries.size();
                    },
                    applier);
        }

        @Override
        public boolean isLeader() {
            return true;
        }

        @Override
        public String leader() {
            return "n1";
        }

        @Override
        public LogReader reader() {
            throw new UnsupportedOperationException();
        }

        @Override
        public LogStatus status() {
            return new LogStatus(1, entries.size(), entries.size(), 0, 0, 0, 0, 0);
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
            applier.shutdown();
        }
    }
}
