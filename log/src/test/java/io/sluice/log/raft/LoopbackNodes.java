package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.sluice.log.api.LogMembers;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Nodes n1, n2 … of one cluster in this JVM, each with the log {@code shard-0}, over real sockets and files. */
final class LoopbackNodes implements AutoCloseable {
    static final String LOG = "shard-0";

    final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    /** How long each force takes longer, in ms, on which node. */
    final Map<String, Long> slow = new ConcurrentSkipListMap<>();

    private final Path folder;
    private final LogMembers members;
    private final Vertx vertx = Vertx.vertx();
    private final List<String> peers = new ArrayList<>();
    private final Map<String, LogNode> nodes = new ConcurrentSkipListMap<>();
    private final Map<String, ReplicatedLog> logs = new ConcurrentSkipListMap<>();
    private final Map<String, ListMachine> machines = new ConcurrentSkipListMap<>();

    LoopbackNodes(Path folder, int count, LogMembers members) throws IOException {
        this.folder = folder;
        this.members = members;
        for (int i = 1; i <= count; i++) {
            try (ServerSocket free = new ServerSocket(0)) {
                peers.add("n" + i + "=127.0.0.1:" + free.getLocalPort());
            }
        }
    }

    /** Opens in a thread of its own: a log that is not formed yet waits for its peers. */
    CompletableFuture<ReplicatedLog> start(String id, boolean replace) throws IOException {
        int port = Integer.parseInt(peers.get(id.charAt(1) - '1').split(":")[1]);
        LogNodeOptions options = LogNodeOptions.of(
                        id, "members", "127.0.0.1", port, folder.resolve(id), SingleNodeTest.settings(256 << 10))
                .withPeers(peers)
                .withReplace(replace)
                .withFiles(SlowDisk.forcing(() -> slow.getOrDefault(id, 0L)));
        LogNode node = LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> fatal.add(cause));
        nodes.put(id, node);
        ListMachine machine = new ListMachine();
        machines.put(id, machine);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        ReplicatedLog log = node.open(LOG, members, machine);
                        logs.put(id, log);
                        return log;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> new Thread(task, "open-" + id).start());
    }

    void startAll(String... ids) throws Exception {
        List<CompletableFuture<ReplicatedLog>> starting = new ArrayList<>();
        for (String id : ids) {
            starting.add(start(id, false));
        }
        for (CompletableFuture<ReplicatedLog> one : starting) {
            one.get(30, SECONDS);
        }
    }

    void stop(String id) {
        logs.remove(id);
        machines.remove(id);
        LogNode node = nodes.remove(id);
        if (node != null) {
            node.close();
        }
    }

    /** The disk of a stopped node is gone. */
    void wipe(String id) throws IOException {
        delete(folder.resolve(id));
    }

    /** A part of its log is gone. */
    void wipe(String id, String part) throws IOException {
        delete(file(id, part));
    }

    private static void delete(Path gone) throws IOException {
        try (Stream<Path> files = Files.walk(gone)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    Path file(String id, String name) {
        return folder.resolve(id).resolve(LOG).resolve(name);
    }

    ReplicatedLog log(String id) {
        return logs.get(id);
    }

    List<String> applied(String id) {
        return List.copyOf(machines.get(id).applied);
    }

    String leader() throws InterruptedException {
        await("a leader", () -> logs.values().stream().anyMatch(ReplicatedLog::isLeader));
        return logs.entrySet().stream()
                .filter(entry -> entry.getValue().isLeader())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> {
                    try {
                        return leader();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    String follower() throws InterruptedException {
        String leader = leader();
        return logs.keySet().stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    /** Appends until confirmed. */
    void append(String text) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            try {
                ByteBuffer entry = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                log(leader()).append(entry).toCompletableFuture().get(10, SECONDS);
                return;
            } catch (ExecutionException | TimeoutException again) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("never confirmed: " + text);
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("did not happen: " + what);
    }

    @Override
    public void close() {
        List.copyOf(nodes.keySet()).forEach(this::stop);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
