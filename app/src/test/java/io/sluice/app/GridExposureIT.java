package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.sluice.config.ConfigLoader;
import io.sluice.config.SluiceConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the grid and the event bus of a node show to the network. */
final class GridExposureIT {
    private static final String HOST = "127.0.0.1";
    private static final String HOST_IN_KERNEL = "0100007F";

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static SluiceConfig config(int busPort, int gridPort) throws Exception {
        return new ConfigLoader()
                .load(
                        null,
                        Map.of(),
                        List.of("--cluster-host", HOST, "--bus-port", "" + busPort, "--grid-port", "" + gridPort),
                        512L << 20)
                .config();
    }

    @Test
    void twoSocketsOnTheConfiguredAddressAndNoOthers() throws Exception {
        assumeTrue(OwnSockets.areKnown(), "skipped: no /proc/self/net on this system");
        int busPort = freePort();
        int gridPort = freePort();
        SluiceConfig config = config(busPort, gridPort);
        LogOutput.apply(config.logging());
        Set<String> before = OwnSockets.listening();
        Vertx vertx =
                Grid.join(config).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        try {
            Set<String> opened = OwnSockets.listening();
            opened.removeAll(before);
            assertThat(opened).hasSize(2).allMatch(socket -> socket.startsWith("tcp"));
            for (int port : new int[] {busPort, gridPort}) {
                assertThat(opened).anyMatch(socket -> socket.endsWith(HOST_IN_KERNEL + ":" + "%04X".formatted(port)));
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void nothingIsFoundByMulticastSentHomeOrServedBesideMembership() throws Exception {
        Config grid = Grid.hazelcast(config(0, 0).cluster());
        assertThat(grid.getNetworkConfig().getJoin().getMulticastConfig().isEnabled())
                .isFalse();
        assertThat(grid.getNetworkConfig().getJoin().getAutoDetectionConfig().isEnabled())
                .isFalse();
        assertThat(grid.getNetworkConfig().getRestApiConfig().isEnabled()).isFalse();
        assertThat(grid.getNetworkConfig().getMemcacheProtocolConfig().isEnabled())
                .isFalse();
        assertThat(grid.getNetworkConfig().isPortAutoIncrement()).isFalse();
        assertThat(grid.getNetworkConfig().getInterfaces().getInterfaces()).containsExactly(HOST);
        assertThat(grid.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
        assertThat(grid.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
        assertThat(grid.getMetricsConfig().isEnabled()).isFalse();
        assertThat(grid.getManagementCenterConfig().isScriptingEnabled()).isFalse();
        assertThat(grid.getManagementCenterConfig().isConsoleEnabled()).isFalse();
        assertThat(grid.getSerializationConfig().getJavaSerializationFilterConfig())
                .isNotNull();
    }

    @Test
    void garbageAtTheGridPortDoesNotDisturbIt() throws Exception {
        int gridPort = freePort();
        HazelcastInstance member = Hazelcast.newHazelcastInstance(
                Grid.hazelcast(config(0, gridPort).cluster()));
        List<Socket> sockets = new ArrayList<>();
        try {
            Random random = new Random(11);
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(HOST, gridPort);
                sockets.add(socket);
                byte[] garbage = new byte[1 + random.nextInt(4_000)];
                random.nextBytes(garbage);
                try {
                    socket.getOutputStream().write(garbage);
                } catch (IOException closed) {
                    assertThat(closed).hasMessageMatching("(?i).*(reset|broken).*");
                }
            }
            member.getMap("probe").put("key", "value");
            assertThat(member.getMap("probe").get("key")).isEqualTo("value");
            assertThat(member.getCluster().getMembers()).hasSize(1);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
            member.shutdown();
        }
    }
}
