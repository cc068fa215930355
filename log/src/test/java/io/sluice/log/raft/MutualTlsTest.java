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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that show each other certificates: two that are right, and one that is right only in the first test. */
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
        for (String id : List.of("n1", "n2")) {
            X509Bundle own = tls.issue(id);
            open(id, tls.server(own), tls.client(own));
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(LogNode::close);
        refused.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private ReplicatedLog open(String id, NetServerOptions server, NetClientOptions client) throws IOException {
        int port = Integer.parseInt(peers.get(id.charAt(1) - '1').split(":")[1]);
        LogNodeOptions options = LogNodeOptions.of(
                        id, "tls", "127.0.0.1", port, folder.resolve(id), SingleNodeTest.settings(256 << 10))
                .withPeers(peers)
                .withTls(server, client);
        LogNode node = LogNodes.start(options, vertx, refused, (name, cause) -> {});
        nodes.add(node);
        ReplicatedLog log = node.open("shard-0", new ListMachine());
        logs.add(log);
        return log;
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
        append();
        assertThat(stranger.isLeader()).isFalse();
        assertThat(stranger.status().appliedIndex()).isZero();
    }

    @Test
    void threeNodesWithCertificatesOfOneAuthorityReplicate() throws Exception {
        X509Bundle own = tls.issue("n3");
        ReplicatedLog third = open("n3", tls.server(own), tls.client(own));
        long index = append();
        await(() -> third.status().appliedIndex() >= index);
        assertThat(refused.lines).isEmpty();
    }

    @Test
    void aNodeOfAnotherAuthorityIsRefused() throws Exception {
        TestTls other = TestTls.authority();
        X509Bundle own = other.issue("n3");
        assertKeptOut(open("n3", other.server(own), tls.client(own)), "not of our CA");
    }

    @Test
    void aNodeThatShowsNoCertificateIsRefused() throws Exception {
        X509Bundle own = TestTls.authority().issue("n3");
        assertKeptOut(open("n3", tls.server(own), tls.anonymous()), "showed no certificate");
    }

    @Test
    void aNodeWithAnExpiredCertificateIsRefused() throws Exception {
        X509Bundle own = tls.issue("n3", Duration.ofDays(-9), Duration.ofDays(-2));
        assertKeptOut(open("n3", tls.server(own), tls.client(own)), "has expired");
    }

    @Test
    void aNodeWithACertificateOfTheFutureIsRefused() throws Exception {
        X509Bundle own = tls.issue("n3", Duration.ofDays(2), Duration.ofDays(9));
        assertKeptOut(open("n3", tls.server(own), tls.client(own)), "not valid yet");
    }

    @Test
    void aNodeCannotSpeakForAnotherWithItsOwnCertificate() throws Exception {
        X509Bundle stolen = tls.issue("n2");
        ReplicatedLog stranger = open("n3", tls.server(stolen), tls.client(stolen));
        assertKeptOut(stranger, "its certificate is of node n2, but it speaks as n3");
        await(() -> refused.count("identity") > 1);
        await(() -> refused.lines.stream().anyMatch(line -> line.contains("of node n2, but node n3 was called")));
    }

    @Test
    void aCertificateThatNamesNoNodeIsRefused() throws Exception {
        X509Bundle nameless = tls.issue("");
        assertKeptOut(open("n3", tls.server(nameless), tls.client(nameless)), "names no node");
    }

    @Test
    void oneSidedTlsIsNotTaken() throws Exception {
        X509Bundle own = tls.issue("n3");
        assertThatThrownBy(() -> open("n3", tls.server(own), new NetClientOptions()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both sides");
    }
}
