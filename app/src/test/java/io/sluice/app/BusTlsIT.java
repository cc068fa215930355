package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.ConfigLoader;
import io.sluice.config.SluiceConfig;
import io.sluice.config.SluiceConfig.ClusterTlsSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of the three members of a grid, on loopback: what the event bus takes from whom. */
final class BusTlsIT {
    private static final String HOST = "127.0.0.1";
    private static final int MEMBERS = 3;

    @TempDir
    Path folder;

    private final List<Vertx> members = new ArrayList<>();
    private List<Integer> busPorts = List.of();
    private List<Integer> gridPorts = List.of();
    private TestCertificates ours;

    @BeforeEach
    void findPorts() throws Exception {
        List<Integer> free = freePorts(2 * MEMBERS);
        busPorts = free.subList(0, MEMBERS);
        gridPorts = free.subList(MEMBERS, 2 * MEMBERS);
        ours = TestCertificates.authority(folder.resolve("ours"));
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getByName(HOST)));
        }
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    @AfterEach
    void leave() throws Exception {
        for (Vertx member : members) {
            get(member.close());
        }
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Vertx join(int index, ClusterTlsSettings tls) throws Exception {
        String nodes = IntStream.range(0, MEMBERS)
                .mapToObj(i -> "n%d=%s:%d:%d:%d".formatted(i + 1, HOST, 7_612 + i, gridPorts.get(i), busPorts.get(i)))
                .collect(Collectors.joining(","));
        List<String> flags = new ArrayList<>(List.of("--node-id", "n" + (index + 1), "--cluster-nodes", nodes));
        flags.addAll(List.of("--cluster-host", HOST, "--raft-port", "" + (7_612 + index)));
        flags.addAll(List.of("--bus-port", "" + busPorts.get(index), "--grid-port", "" + gridPorts.get(index)));
        flags.addAll(List.of(
                "--cluster-tls-cert", tls.cert(), "--cluster-tls-key", tls.key(), "--cluster-tls-ca", tls.ca()));
        SluiceConfig config =
                new ConfigLoader().load(null, Map.of(), flags, 512L << 20).config();
        LogOutput.apply(config.logging());
        Vertx vertx = get(Grid.join(config));
        members.add(vertx);
        return vertx;
    }

    private Vertx joinFirst() throws Exception {
        Vertx first = join(0, ours.issue("n1"));
        get(first.eventBus()
                .consumer("asked@n1", message -> message.reply("answer"))
                .completion());
        return first;
    }

    private static Future<String> ask(Vertx vertx) {
        return vertx.eventBus()
                .<String>request("asked@n1", "question", new DeliveryOptions().setSendTimeout(5_000))
                .map(message -> message.body());
    }

    @Test
    void membersWithCertificatesOfOneAuthorityTalk() throws Exception {
        joinFirst();
        Vertx second = join(1, ours.issue("n2"));
        assertThat(get(ask(second))).isEqualTo("answer");
    }

    @Test
    void whoJoinsTheGridWithoutOurCertificateGetsNothingFromTheBus() throws Exception {
        Vertx first = joinFirst();
        Vertx stranger =
                join(1, TestCertificates.authority(folder.resolve("other")).issue("n2"));
        assertThatThrownBy(() -> get(ask(stranger))).isInstanceOf(ExecutionException.class);
        get(stranger.eventBus()
                .consumer("bait@n2", message -> message.reply("caught"))
                .completion());
        assertThatThrownBy(() ->
                        get(first.eventBus().request("bait@n2", "secret", new DeliveryOptions().setSendTimeout(5_000))))
                .isInstanceOf(ExecutionException.class);
    }

    @Test
    void aCallerWithoutACertificateOrWithoutTlsIsClosed() throws Exception {
        Vertx first = joinFirst();
        SSLContext anyone = SSLContext.getInstance("TLS");
        anyone.init(null, new TrustManager[] {new TrustsAll()}, null);
        try (SSLSocket socket = (SSLSocket) anyone.getSocketFactory().createSocket(HOST, busPorts.get(0))) {
            assertEnds(socket);
        }
        try (Socket plain = new Socket(HOST, busPorts.get(0))) {
            assertEnds(plain);
        }
        assertThat(get(ask(first))).isEqualTo("answer");
    }

    /** A length of 2 GB, as the bus' own messages begin, then nothing that could be an answer. */
    private static void assertEnds(Socket socket) throws Exception {
        socket.setSoTimeout(30_000);
        try {
            socket.getOutputStream().write(new byte[] {0x7f, -1, -1, -1, 1, 2, 3});
            int last;
            do {
                last = socket.getInputStream().read();
            } while (last >= 0);
        } catch (java.net.SocketTimeoutException open) {
            throw new AssertionError("still open", open);
        } catch (IOException refused) {
            assertThat(refused).hasMessageMatching("(?i).*(certificate|reset|broken pipe|closed|abort).*");
        }
    }

    /** Of a caller who doesn't mind whom he called. */
    private static final class TrustsAll implements javax.net.ssl.X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
