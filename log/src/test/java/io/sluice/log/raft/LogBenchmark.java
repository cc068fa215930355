package io.sluice.log.raft;

import io.sluice.config.LogSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries a second through a group of one, beside the bare append and force of the same bytes.
 *
 * <p>Run it with {@code ./mvnw -pl log -am test -Dtest=LogBenchmark -Dsurefire.failIfNoSpecifiedTests=false -Dtest.jvm.args=-Dsluice.bench=1}.
 */
@EnabledIfSystemProperty(named = "sluice.bench", matches = ".+")
final class LogBenchmark {
    private static final LogSettings SETTINGS =
            new LogSettings(1, 64 << 20, 4, 1 << 20, 256 << 10, 2, 32 << 20, 1L << 40, 30, 1 << 20, 0);
    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    @Test
    void measures(TestReporter reporter) throws Exception {
        Vertx vertx = Vertx.vertx();
        LogNodeOptions options = LogNodeOptions.of("n1", "bench", "127.0.0.1", 0, folder.resolve("log"), SETTINGS);
        try (LogNode node = LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> {})) {
            Leading machine = new Leading();
            ReplicatedLog log = node.open("shard-0", machine);
            machine.leads.acquire();
            for (Load load : new Load[] {
                new Load(256 << 10, 2, 400),
                new Load(256 << 10, 8, 400),
                new Load(100, 1, 3000),
                new Load(100, 2, 5000),
                new Load(100, 256, 200_000),
                new Load(100, 2048, 400_000)
            }) {
                reporter.publishEntry(load.toString(), compare(log, load));
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** @param inFlight entries handed over before the first is applied */
    private record Load(int entryBytes, int inFlight, int entries) {}

    private String compare(ReplicatedLog log, Load load) throws Exception {
        double[] ours = new double[ROUNDS];
        double[] raw = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            raw[round] = raw(load);
            ours[round] = ours(log, load);
        }
        Arrays.sort(ours);
        Arrays.sort(raw);
        double entries = ours[ROUNDS / 2];
        double bare = raw[ROUNDS / 2];
        return String.format(
                "%.0f entries/s, %.1f MB/s, %.0f us each in flight; bare append+force of one batch at a time %.0f/s (%.0f %%)",
                entries, entries * load.entryBytes / 1e6, 1e6 * load.inFlight / entries, bare, 100 * entries / bare);
    }

    private static double ours(ReplicatedLog log, Load load) throws Exception {
        Semaphore window = new Semaphore(load.inFlight);
        long start = System.nanoTime();
        for (int i = 0; i < load.entries; i++) {
            window.acquire();
            ByteBuffer entry = ByteBuffer.allocate(load.entryBytes).putInt(0, i);
            var unused = log.append(entry).whenComplete((index, failure) -> window.release());
        }
        window.acquire(load.inFlight);
        return load.entries * 1e9 / (System.nanoTime() - start);
    }

    /** The same bytes, half of the window a batch: while one half is forced the other gathers. */
    private double raw(Load load) throws Exception {
        int batch = Math.max(1, load.inFlight / 2);
        Path file = folder.resolve("raw");
        int size = 64 << 20;
        if (!Files.exists(file)) {
            Files.write(file, new byte[size]);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(load.entryBytes * batch);
            long start = System.nanoTime();
            long at = 0;
            for (int i = 0; i < load.entries; i += batch) {
                at = at + bytes.capacity() > size ? 0 : at;
                channel.write(bytes.clear(), at);
                channel.force(false);
                at += bytes.capacity();
            }
            return load.entries * 1e9 / (System.nanoTime() - start);
        }
    }

    /** Does nothing with entries. */
    private static final class Leading implements LogStateMachine {
        final Semaphore leads = new Semaphore(0);

        @Override
        public void apply(long index, ByteBuffer entry) {}

        @Override
        public void onLeading(long term) {
            leads.release();
        }

        @Override
        public void onFollowing(String leader) {}

        @Override
        public Capture capture() {
            return (directory, pace) -> {};
        }

        @Override
        public void restore(Path directory) {}

        @Override
        public LivePins livePins() {
            return (first, last) -> 0;
        }
    }
}
