package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.ConfigLoader;
import io.sluice.config.SluiceConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes on loopback, each in a grid of its own, as after a split: what the event bus still does. */
final class BusDirectoryIT {
    private static final String HOST = "127.0.0.1";
    private static final int NODES = 3;

    private final List<Vertx> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 2 * NODES + 1; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getByName(HOST)));
        }
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        for (int i = 0; i < NODES; i++) {
            nodes.add(get(Grid.join(config(i, ports))));
            Grid.directory(nodes.get(i)).numbered(number -> "n" + (number - 40));
        }
    }

    /** Each looks for the others' grid where nobody is. */
    private static SluiceConfig config(int index, List<Integer> ports) throws Exception {
        int nobody = ports.get(2 * NODES);
        String members = IntStream.range(0, NODES)
                .mapToObj(i -> "n%d=%s:%d:%d:%d"
                        .formatted(i + 1, HOST, 7_612 + i, i == index ? ports.get(NODES + i) : nobody, ports.get(i)))
                .collect(Collectors.joining(","));
        List<String> flags = new ArrayList<>(List.of("--node-id", "n" + (index + 1), "--cluster-nodes", members));
        flags.addAll(List.of("--cluster-host", HOST, "--raft-port", "" + (7_612 + index)));
        flags.addAll(List.of("--bus-port", "" + ports.get(index), "--grid-port", "" + ports.get(NODES + index)));
        SluiceConfig config =
                new ConfigLoader().load(null, Map.of(), flags, 512L << 20).config();
        LogOutput.apply(config.logging());
        return config;
    }

    @AfterEach
    void leave() throws Exception {
        for (Vertx node : nodes) {
            get(node.close());
        }
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void answer(int node, String address) throws Exception {
        get(nodes.get(node)
                .eventBus()
                .consumer(address, message -> message.reply("n" + (node + 1)))
                .completion());
    }

    private Object ask(int node, String address) throws Exception {
        return get(nodes.get(node)
                .eventBus()
                .request(address, "who", new DeliveryOptions().setSendTimeout(20_000))
                .map(message -> message.body()));
    }

    @Test
    void nodesWhoseGridsAreApartReachEachOtherByNodeAndByGatewayNumber() throws Exception {
        assertThat(Grid.of(nodes.get(0)).getCluster().getMembers()).hasSize(1);
        assertThat(Grid.directory(nodes.get(0)).getNodes()).containsExactly("n1", "n2", "n3");
        for (int node = 0; node < NODES; node++) {
            answer(node, "shard.0@n" + (node + 1));
            answer(node, "gateway." + (41 + node) + ".0");
        }
        for (int from = 0; from < NODES; from++) {
            for (int to = 0; to < NODES; to++) {
                assertThat(ask(from, "shard.0@n" + (to + 1))).isEqualTo("n" + (to + 1));
                assertThat(ask(from, "gateway." + (41 + to) + ".0")).isEqualTo("n" + (to + 1));
            }
        }
    }

    @Test
    void whatIsSentToNobodyFailsAtOnce() {
        for (String address : List.of("shard.0@", "shard.0@n9", "gateway.77.0", "anyone")) {
            assertThatThrownBy(() -> ask(0, address))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(ReplyException.class)
                    .extracting(failure -> ((ReplyException) failure).failureType())
                    .isEqualTo(ReplyFailure.NO_HANDLERS);
        }
    }

    @Test
    void aNodeThatIsGoneIsToldFromOneThatIsSlow() throws Exception {
        answer(1, "shard.0@n2");
        assertThat(ask(0, "shard.0@n2")).isEqualTo("n2");
        get(nodes.remove(1).close());
        for (int i = 0; i < 100; i++) {
            try {
                get(nodes.get(0).eventBus().sender("shard.0@n2").write("anyone?"));
            } catch (ExecutionException refused) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("writes to a node that is gone succeed");
    }
}
