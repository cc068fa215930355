package io.sluice.log.raft;

import io.sluice.config.LogSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a member that missed 1,000,000 messages of 256 B takes to have them: 256 MB of log, in entries of the sizes that much and little load make; and
 * the same by a snapshot whose segments hold them.
 *
 * <p>Run it like {@link LogBenchmark}.
 */
@EnabledIfSystemProperty(named = "sluice.bench", matches = ".+")
final class CatchUpBenchmark {
    private static final int MESSAGES = 1_000_000;
    private static final int MESSAGE_BYTES = 256;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Replica> running = new ConcurrentSkipListMap<>();
    private final List<String> peers = new ArrayList<>();

    /** One of three, in this JVM. */
    private record Replica(LogNode node, ReplicatedLog log, Pinning machine) {}

    @Test
    void measures(TestReporter reporter) throws Exception {
        for (int messages : new int[] {1000, 40, 1}) {
            reporter.publishEntry(messages + " messages an entry, by log", measure(messages, false));
        }
        reporter.publishEntry("1000 messages an entry, by snapshot", measure(1000, true));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private String measure(int messagesPerEntry, boolean bySnapshot) throws Exception {
        Path data = folder.resolve(messagesPerEntry + "-" + bySnapshot);
        peers.clear();
        for (int i = 1; i <= 3; i++) {
            try (ServerSocket free = new ServerSocket(0)) {
                peers.add("n" + i + "=127.0.0.1:" + free.getLocalPort());
            }
        }
        // A log is formed while all are there.
        List<CompletableFuture<Void>> starting = new ArrayList<>();
        for (String id : List.of("n1", "n2", "n3")) {
            starting.add(CompletableFuture.runAsync(
                    () -> startUnchecked(data, id, bySnapshot), one -> new Thread(one).start()));
        }
        starting.forEach(CompletableFuture::join);
        try {
            return measure(data, messagesPerEntry, bySnapshot);
        } finally {
            running.values().forEach(replica -> replica.node().close());
            running.clear();
        }
    }

    private String measure(Path data, int messagesPerEntry, boolean bySnapshot) throws Exception {
        append(leader(), 10, 1);
        String away = running.keySet().stream()
                .filter(id -> !running.get(id).log().isLeader())
                .findFirst()
                .orElseThrow();
        running.remove(away).node().close();
        long writing = System.nanoTime();
        Replica leader = leader();
        append(leader, MESSAGES / messagesPerEntry, messagesPerEntry);
        double writeSeconds = (System.nanoTime() - writing) / 1e9;
        if (bySnapshot) {
            leader.log().snapshot().toCompletableFuture().join();
            append(leader, 10, 1);
            leader.log().snapshot().toCompletableFuture().join();
        }
        long last = leader.log().status().appliedIndex();
        long start = System.nanoTime();
        start(data, away, bySnapshot);
        double opened = (System.nanoTime() - start) / 1e9;
        while (running.get(away).log().status().appliedIndex() < last) {
            Thread.sleep(10);
        }
        return String.format(
                "%.1f s, %.1f s of them to open; written to two in %.1f s",
                (System.nanoTime() - start) / 1e9, opened, writeSeconds);
    }

    private void startUnchecked(Path data, String id, boolean pins) {
        try {
            start(data, id, pins);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(Path data, String id, boolean pins) throws IOException {
        int port = Integer.parseInt(peers.get(id.charAt(1) - '1').split(":")[1]);
        LogNodeOptions options = LogNodeOptions.of(id, "bench", "127.0.0.1", port, data.resolve(id), settings())
                .withPeers(peers);
        LogNode node = LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> cause.printStackTrace());
        Pinning machine = new Pinning(pins);
        running.put(id, new Replica(node, node.open("shard-0", machine), machine));
    }

    private static LogSettings settings() {
        return new LogSettings(
                1, 32 << 20, 2, 1 << 20, 256 << 10, 2, 32 << 20, 1L << 40, 1L << 40, 1L << 30, 30, 1 << 20, 0, 3);
    }

    private Replica leader() throws InterruptedException {
        while (true) {
            for (Replica replica : running.values()) {
                if (replica.log().isLeader()) {
                    return replica;
                }
            }
            Thread.sleep(10);
        }
    }

    private static void append(Replica leader, int entries, int messagesPerEntry) throws InterruptedException {
        int inFlight = 512;
        Semaphore window = new Semaphore(inFlight);
        for (int i = 0; i < entries; i++) {
            window.acquire(messagesPerEntry > 100 ? inFlight / 4 : 1);
            ByteBuffer entry = ByteBuffer.allocate(messagesPerEntry * MESSAGE_BYTES);
            var unused = leader.log().append(entry).whenComplete((index, failure) -> {
                if (failure != null) {
                    failure.printStackTrace();
                }
                window.release(messagesPerEntry > 100 ? inFlight / 4 : 1);
            });
        }
        window.acquire(inFlight);
    }

    /** Does nothing with entries, but may claim to refer to all of them. */
    private record Pinning(boolean pins) implements LogStateMachine {
        @Override
        public void apply(long index, ByteBuffer entry) {}

        @Override
        public void onLeading(long term) {}

        @Override
        public void onFollowing(String leader) {}

        @Override
        public Capture capture() {
            return (directory, pace) -> java.nio.file.Files.write(directory.resolve("state"), new byte[10]);
        }

        @Override
        public void restore(Path directory) {}

        @Override
        public LivePins livePins() {
            return (first, last) -> pins ? last - first + 1 : 0;
        }
    }
}
