package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.X509Bundle;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that show each other certificates, all right when they form a log; then the third one comes back with others. */
final class MutualTlsTest {
    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final RefusedConnections refused = new RefusedConnections();
    private final List<String> peers = new ArrayList<>();
    private final List<LogNode> nodes = new ArrayList<>();
    private final List<ReplicatedLog> logs = new ArrayList<>();
    private TestTls tls;

    @BeforeEach
    void start() throws Exception {
        tls = TestTls.authority();
        for (int i = 1; i <= 3; i++) {
            try (ServerSocket free = new ServerSocket(0)) {
                peers.add("n" + i + "=127.0.0.1:" + free.getLocalPort());
            }
        }
        // A log is formed while all are there.
        List<CompletableFuture<ReplicatedLog>> opening = new ArrayList<>();
        for (String id : List.of("n1", "n2", "n3")) {
            X509Bundle own = tls.issue(id);
            opening.add(opening(start(id, false, tls.server(own), tls.client(own))));
        }
        for (CompletableFuture<ReplicatedLog> one : opening) {
            logs.add(one.get(30, SECONDS));
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(LogNode::close);
        refused.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private LogNode start(String id, boolean replace, NetServerOptions server, NetClientOptions client)
            throws IOException {
        int port = Integer.parseInt(peers.get(id.charAt(1) - '1').split(":")[1]);
        LogNodeOptions options = LogNodeOptions.of(
                        id, "tls", "127.0.0.1", port, folder.resolve(id), SingleNodeTest.settings(256 << 10))
                .withPeers(peers)
                .withReplace(replace)
                .withTls(server, client);
        LogNode node = LogNodes.start(options, vertx, refused, (name, cause) -> {});
        nodes.add(node);
        return node;
    }

    private static CompletableFuture<ReplicatedLog> opening(LogNode node) {
        CompletableFuture<ReplicatedLog> opened = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                opened.complete(node.open("shard-0", new ListMachine()));
            } catch (IOException e) {
                opened.completeExceptionally(e);
            }
        });
        thread.start();
        return opened;
    }

    /** The third node, with what it has on disk and other certificates. */
    private ReplicatedLog comesBack(NetServerOptions server, NetClientOptions client) throws Exception {
        await(() -> logs.stream().anyMatch(ReplicatedLog::isLeader));
        logs.remove(2);
        nodes.remove(2).close();
        return opening(start("n3", false, server, client)).get(30, SECONDS);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("did not happen");
    }

    /** On the majority that trusts itself. */
    private long append() throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            await(() -> logs.stream().anyMatch(ReplicatedLog::isLeader));
            ReplicatedLog leader =
                    logs.stream().filter(ReplicatedLog::isLeader).findFirst().orElseThrow();
            try {
                return leader.append(ByteBuffer.wrap(new byte[] {'x'}))
                        .toCompletableFuture()
                        .get(10, SECONDS);
            } catch (ExecutionException again) {
                assertThat(again.getCause()).isInstanceOf(RuntimeException.class);
            }
        }
        throw new AssertionError("never confirmed");
    }

    /** The two go on without the third, which gets nothing. */
    private void assertKeptOut(ReplicatedLog stranger, String reason) throws Exception {
        await(() -> refused.lines.stream().anyMatch(line -> line.contains(reason)));
        long index = append();
        assertThat(stranger.isLeader()).isFalse();
        assertThat(stranger.status().lastIndex()).isLessThan(index);
    }

    @Test
    void threeNodesWithCertificatesOfOneAuthorityReplicate() throws Exception {
        X509Bundle own = tls.issue("n3");
        ReplicatedLog third = comesBack(tls.server(own), tls.client(own));
        long index = append();
        await(() -> third.status().appliedIndex() >= index);
        assertThat(refused.lines).isEmpty();
    }

    @Test
    void aNodeOfAnotherAuthorityIsRefused() throws Exception {
        TestTls other = TestTls.authority();
        X509Bundle own = other.issue("n3");
        assertKeptOut(comesBack(other.server(own), tls.client(own)), "not of our CA");
    }

    @Test
    void aNodeThatShowsNoCertificateIsRefused() throws Exception {
        X509Bundle own = TestTls.authority().issue("n3");
        assertKeptOut(comesBack(tls.server(own), tls.anonymous()), "showed no certificate");
    }

    @Test
    void aNodeWithAnExpiredCertificateIsRefused() throws Exception {
        X509Bundle own = tls.issue("n3", Duration.ofDays(-9), Duration.ofDays(-2));
        assertKeptOut(comesBack(tls.server(own), tls.client(own)), "has expired");
    }

    @Test
    void aNodeWithACertificateOfTheFutureIsRefused() throws Exception {
        X509Bundle own = tls.issue("n3", Duration.ofDays(2), Duration.ofDays(9));
        assertKeptOut(comesBack(tls.server(own), tls.client(own)), "not valid yet");
    }

    @Test
    void aNodeCannotSpeakForAnotherWithItsOwnCertificate() throws Exception {
        X509Bundle stolen = tls.issue("n2");
        ReplicatedLog stranger = comesBack(tls.server(stolen), tls.client(stolen));
        assertKeptOut(stranger, "its certificate is of node n2, but it speaks as n3");
        await(() -> refused.count("identity") > 1);
        await(() -> refused.lines.stream().anyMatch(line -> line.contains("of node n2, but node n3 was called")));
    }

    @Test
    void aNodeCannotJoinInAnothersName() throws Exception {
        nodes.get(2).close();
        nodes.remove(2);
        logs.remove(2);
        try (Stream<Path> files = Files.walk(folder.resolve("n3"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        X509Bundle stolen = tls.issue("n2");
        LogNode stranger = start("n3", true, tls.server(stolen), tls.client(stolen));
        CompletableFuture<ReplicatedLog> joining = opening(stranger);
        await(() -> refused.lines.stream()
                .anyMatch(line -> line.contains("its certificate is of node n2, but it speaks as n3")));
        append();
        assertThat(joining).isNotDone();
        stranger.close();
        assertThat(joining).failsWithin(10, SECONDS);
    }

    @Test
    void aCertificateThatNamesNoNodeIsRefused() throws Exception {
        X509Bundle nameless = tls.issue("");
        assertKeptOut(comesBack(tls.server(nameless), tls.client(nameless)), "names no node");
    }

    @Test
    void oneSidedTlsIsNotTaken() throws Exception {
        X509Bundle own = tls.issue("n3");
        assertThatThrownBy(() -> start("n3", false, tls.server(own), new NetClientOptions()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both sides");
    }
}
