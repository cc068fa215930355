package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.LogSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/** Three replicas of one log in this JVM, over real sockets and files, of which any may be stopped and started. */
final class ReplicaGroup implements AutoCloseable {
    static final String LOG = "shard-0";

    final Map<String, Replica> running = new ConcurrentSkipListMap<>();
    final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    final List<String> written = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final List<String> peers = new ArrayList<>();
    private final Path folder;
    private final LogSettings settings;

    /** One that runs. */
    record Replica(LogNode node, ReplicatedLog log, ListMachine machine) {}

    ReplicaGroup(Path folder, LogSettings settings) throws IOException {
        this.folder = folder;
        this.settings = settings;
        for (int i = 1; i <= 3; i++) {
            try (ServerSocket free = new ServerSocket(0)) {
                peers.add("n" + i + "=127.0.0.1:" + free.getLocalPort());
            }
        }
        // A log is formed while all are there.
        List<CompletableFuture<Void>> starting = new ArrayList<>();
        for (String id : List.of("n1", "n2", "n3")) {
            starting.add(CompletableFuture.runAsync(() -> startUnchecked(id), one -> new Thread(one).start()));
        }
        starting.forEach(CompletableFuture::join);
    }

    private void startUnchecked(String id) {
        try {
            start(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param snapshotLogBytes distance of snapshots, and twice that as long as someone is behind */
    static LogSettings settings(long snapshotLogBytes, long catchUpLogBytes, long snapshotBytesPerSecond) {
        return new LogSettings(
                1,
                256 << 10,
                2,
                64 << 10,
                64 << 10,
                2,
                64 << 10,
                snapshotLogBytes,
                catchUpLogBytes,
                snapshotBytesPerSecond,
                30,
                1 << 20,
                0,
                3);
    }

    Path folder(String id) {
        return folder.resolve(id).resolve(LOG);
    }

    Replica start(String id) throws IOException {
        int port = Integer.parseInt(peers.get(id.charAt(1) - '1').split(":")[1]);
        LogNodeOptions options = LogNodeOptions.of(id, "three", "127.0.0.1", port, folder.resolve(id), settings)
                .withPeers(peers);
        LogNode node = LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> fatal.add(cause));
        ListMachine machine = new ListMachine();
        try {
            Replica replica = new Replica(node, node.open(LOG, machine), machine);
            running.put(id, replica);
            return replica;
        } catch (IOException e) {
            node.close();
            throw e;
        }
    }

    void stop(String id) {
        running.remove(id).node().close();
    }

    String leaderId() throws Exception {
        await(() -> running.values().stream().anyMatch(replica -> replica.log().isLeader()));
        return running.keySet().stream()
                .filter(id -> running.get(id).log().isLeader())
                .findFirst()
                .orElseGet(() -> running.keySet().iterator().next());
    }

    Replica leader() throws Exception {
        return running.get(leaderId());
    }

    String followerId() throws Exception {
        String leader = leaderId();
        return running.keySet().stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    static void await(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 1200; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(25);
        }
        throw new AssertionError("did not happen");
    }

    void append(String text, int bytes) throws Exception {
        byte[] padded = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), Math.max(bytes, text.length()));
        Arrays.fill(padded, text.length(), padded.length, (byte) ' ');
        for (int attempt = 0; attempt < 50; attempt++) {
            try {
                leader().log()
                        .append(ByteBuffer.wrap(padded))
                        .toCompletableFuture()
                        .get(10, SECONDS);
                written.add(text);
                return;
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(RuntimeException.class);
            }
        }
        throw new AssertionError("never confirmed: " + text);
    }

    void append(String text, int bytes, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            append(text + " " + written.size(), bytes);
        }
    }

    void snapshot(String id) throws Exception {
        running.get(id).log().snapshot().toCompletableFuture().get(30, SECONDS);
    }

    /** Until a replica has applied everything, and then that it can read every body that its state refers to. */
    void assertWhole(String id) throws Exception {
        Replica replica = running.get(id);
        await(() -> applied(replica).equals(written));
        assertThat(applied(replica)).isEqualTo(written);
        List<Long> pinned = List.copyOf(replica.machine().pinned.keySet());
        assertThat(pinned).hasSize((int)
                written.stream().filter(text -> text.startsWith("pin")).count());
        for (long index : pinned) {
            ByteBuffer body = replica.log().reader().read(index);
            assertThat(body.remaining()).isEqualTo(replica.machine().pinned.get(index));
            assertThat(StandardCharsets.UTF_8.decode(body).toString()).startsWith("pin");
        }
    }

    private static List<String> applied(Replica replica) {
        synchronized (replica.machine().applied) {
            return replica.machine().applied.stream().distinct().toList();
        }
    }

    @Override
    public void close() {
        running.values().forEach(replica -> replica.node().close());
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
