package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who isn't of the cluster at the Raft port: with garbage, half a message, a huge one, or a thousand connections. */
final class StrangersTest {
    private static final int READ_TIMEOUT_MS = 30_000;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final RefusedConnections refused = new RefusedConnections();
    private final List<Socket> sockets = new ArrayList<>();
    private LogNode node;
    private ReplicatedLog log;

    private void start(boolean tls) throws Exception {
        LogNodeOptions plain =
                LogNodeOptions.of("n1", "quiet", "127.0.0.1", 0, folder, SingleNodeTest.settings(256 << 10));
        TestTls authority = TestTls.authority();
        X509Bundle own = authority.issue("n1");
        LogNodeOptions options = tls ? plain.withTls(authority.server(own), authority.client(own)) : plain;
        node = LogNodes.start(options, vertx, refused, (name, cause) -> {});
        ListMachine machine = new ListMachine();
        log = node.open("shard-0", machine);
        machine.awaitLeading();
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        node.close();
        refused.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Socket connect(byte[] bytes) throws IOException {
        Socket socket = new Socket("127.0.0.1", node.port());
        sockets.add(socket);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        socket.getOutputStream().write(bytes);
        return socket;
    }

    /** Whether the node ended the connection; what it says before (a TLS alert) doesn't count. */
    private static void awaitClosed(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                continue;
            }
        } catch (java.net.SocketTimeoutException open) {
            throw new AssertionError("the node keeps the connection open", open);
        } catch (IOException reset) {
            assertThat(reset.getMessage()).containsIgnoringCase("reset");
        }
    }

    private void assertServes() throws Exception {
        log.append(ByteBuffer.wrap(new byte[] {'x'})).toCompletableFuture().get(10, SECONDS);
    }

    private static byte[] header(int length, String cluster) {
        return ByteBuffer.allocate(12)
                .putInt(length)
                .putLong(Peers.clusterId(cluster))
                .array();
    }

    @Test
    void garbageIsRefusedWithACountAndALine() throws Exception {
        start(false);
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[12 + random.nextInt(5_000)];
            random.nextBytes(garbage);
            awaitClosed(connect(garbage));
        }
        assertThat(refused.count("frame")).isEqualTo(50);
        assertThat(refused.lines).isNotEmpty().allMatch(line -> line.contains("another cluster"));
        assertServes();
    }

    @Test
    void aMessageLargerThanAnyIsRefusedBeforeItIsRead() throws Exception {
        start(false);
        awaitClosed(connect(header(Integer.MAX_VALUE, "quiet")));
        awaitClosed(connect(header(-5, "quiet")));
        awaitClosed(connect(header(1 << 20, "noisy")));
        assertThat(refused.count("frame")).isEqualTo(3);
        assertThat(refused.lines.get(0)).contains("frame of 2147483647 bytes; allowed are");
        assertServes();
    }

    @Test
    void aMessageThatIsNoneIsRefused() throws Exception {
        start(false);
        ByteBuffer frame = ByteBuffer.allocate(12 + 60).put(header(68, "quiet"));
        frame.putLong(1).put((byte) 0).put((byte) 200);
        awaitClosed(connect(frame.array()));
        frame.position(12)
                .putLong(1)
                .put((byte) 0)
                .put((byte) 5)
                .put("Xyzzy".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        awaitClosed(connect(frame.array()));
        assertThat(refused.count("frame")).isEqualTo(2);
        assertServes();
    }

    @Test
    void halfAMessageIsNotWaitedForLong() throws Exception {
        start(false);
        Socket half = connect(header(100_000, "quiet"));
        Socket silent = connect(new byte[0]);
        awaitClosed(half);
        awaitClosed(silent);
        assertThat(refused.count("silent")).isEqualTo(2);
        assertServes();
    }

    @Test
    void aThousandOpenConnectionsLeaveFewAndTheNodeServes() throws Exception {
        start(false);
        for (int i = 0; i < 1_000; i++) {
            connect(new byte[0]);
        }
        assertServes();
        for (Socket socket : sockets) {
            awaitClosed(socket);
        }
        assertThat(refused.count("crowd")).isPositive();
        assertThat(refused.count("crowd") + refused.count("silent")).isEqualTo(1_000);
        assertThat(refused.lines).hasSizeLessThan(100);
        assertServes();
    }

    @Test
    void withTlsStrangersEndInTheHandshake() throws Exception {
        start(true);
        awaitClosed(connect(header(Integer.MAX_VALUE, "quiet")));
        assertThat(refused.lines.get(0)).contains("doesn't speak TLS");
        for (int i = 0; i < 1_000; i++) {
            connect(new byte[0]);
        }
        assertServes();
        for (Socket socket : sockets) {
            awaitClosed(socket);
        }
        assertServes();
    }
}
