package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.spi.FileLayer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections between replicas that close while something is under way on them. */
final class ClosedConnectionTest {
    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Relay> relays = new LinkedHashMap<>();
    private final Map<String, Disk> disks = new LinkedHashMap<>();
    private final Map<String, LogNode> nodes = new LinkedHashMap<>();
    private final Map<String, ReplicatedLog> logs = new LinkedHashMap<>();
    private final Map<String, ListMachine> machines = new LinkedHashMap<>();
    private final List<String> written = new ArrayList<>();

    /** The real disk, but for writes that take as long as the test wants. */
    private static final class Disk {
        private volatile CountDownLatch stall = new CountDownLatch(0);

        FileLayer layer() {
            return slow(FileLayer.class, FileLayer.disk());
        }

        private <T> T slow(Class<T> type, Object real) {
            InvocationHandler handler = (proxy, method, arguments) -> {
                if (method.getName().equals("force")) {
                    stall.await();
                }
                try {
                    Object result = method.invoke(real, arguments);
                    return result instanceof FileLayer.LogFile file ? slow(FileLayer.LogFile.class, file) : result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            };
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }

    @BeforeEach
    void start() throws Exception {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (String id : List.of("n1", "n2", "n3")) {
            try (ServerSocket free = new ServerSocket(0)) {
                ports.put(id, free.getLocalPort());
            }
            relays.put(id, new Relay(vertx, ports.get(id)));
        }
        List<String> peers = relays.entrySet().stream()
                .map(relay -> relay.getKey() + "=127.0.0.1:" + relay.getValue().port())
                .toList();
        for (String id : ports.keySet()) {
            Disk disk = new Disk();
            disks.put(id, disk);
            LogNodeOptions options = LogNodeOptions.of(
                            id,
                            "closed",
                            "127.0.0.1",
                            ports.get(id),
                            folder.resolve(id),
                            SingleNodeTest.settings(256 << 10))
                    .withPeers(peers)
                    .withFiles(disk.layer());
            LogNode node = LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> {
                throw new IllegalStateException(cause);
            });
            nodes.put(id, node);
            machines.put(id, new ListMachine());
        }
        // A log is formed while all are there.
        Map<String, CompletableFuture<ReplicatedLog>> opening = new LinkedHashMap<>();
        nodes.keySet()
                .forEach(id ->
                        opening.put(id, CompletableFuture.supplyAsync(() -> open(id), one -> new Thread(one).start())));
        opening.forEach((id, log) -> logs.put(id, log.join()));
    }

    private ReplicatedLog open(String id) {
        try {
            return nodes.get(id).open("shard-0", machines.get(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        disks.values().forEach(disk -> disk.stall.countDown());
        nodes.values().forEach(LogNode::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private String leader() throws Exception {
        ReplicaGroup.await(() -> logs.values().stream().anyMatch(ReplicatedLog::isLeader));
        return logs.keySet().stream()
                .filter(id -> logs.get(id).isLeader())
                .findFirst()
                .orElseThrow();
    }

    private void append(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String text = "entry " + written.size();
            logs.get(leader())
                    .append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                    .toCompletableFuture()
                    .get(30, SECONDS);
            written.add(text);
        }
    }

    private List<String> applied(String id) {
        synchronized (machines.get(id).applied) {
            return List.copyOf(machines.get(id).applied);
        }
    }

    @Test
    void aFollowerKeepsUpThoughTheConnectionItIsToAnswerOnClosesWhileItWrites() throws Exception {
        append(20);
        String leader = leader();
        String follower = logs.keySet().stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
        ReplicaGroup.await(() -> applied(follower).equals(written));
        CountDownLatch stall = new CountDownLatch(1);
        disks.get(follower).stall = stall;
        append(3);
        int before = relays.get(follower).passedCount();
        relays.get(follower).closeAll();
        ReplicaGroup.await(() -> relays.get(follower).passedCount() > before);
        append(3);
        stall.countDown();
        for (int i = 0; i < 60; i++) {
            append(1);
            ReplicaGroup.await(() -> applied(follower).equals(written));
        }
        assertThat(logs.get(leader).leader()).isEqualTo(leader());
    }
}
