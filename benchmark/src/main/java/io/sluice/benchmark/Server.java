package io.sluice.benchmark;

import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.VertxSluice;
import io.sluice.client.local.LocalNode;
import io.sluice.client.local.LocalNodeSpec;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node in a JVM of its own, on a fresh data folder, with the tenants that a benchmark needs. */
final class Server implements Bed {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(120);

    private final LocalNodeSpec spec;
    private LocalNode node;
    private @Nullable Vertx shared;

    private Server(LocalNodeSpec spec, LocalNode node) {
        this.spec = spec;
        this.node = node;
    }

    static Server start(Options options) throws IOException {
        return start(options, List.of());
    }

    /** On ports that stay the same over restarts, so that clients find the node again by themselves. */
    static Server startOnFixedPorts(Options options) throws IOException {
        return start(
                options, List.of("--tcp-port", String.valueOf(freePort()), "--http-port", String.valueOf(freePort())));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Server start(Options options, List<String> ports) throws IOException {
        Path data = options.folder()
                .toAbsolutePath()
                .resolve("data-" + ProcessHandle.current().pid());
        delete(data);
        LocalNodeSpec spec = LocalNodeSpec.of(data, options.heap())
                .withJvmFlags(options.jvmFlags())
                .withFlags(ports)
                .withFlags(options.nodeFlags());
        Files.createDirectories(options.folder());
        return new Server(spec, LocalNode.start(spec, READY_TIMEOUT));
    }

    /** Starts again on the same data folder; answers the time until it was ready, in ns. */
    long restart() throws IOException {
        long startNs = System.nanoTime();
        node = LocalNode.start(spec, READY_TIMEOUT);
        return System.nanoTime() - startNs;
    }

    LocalNode node() {
        return node;
    }

    @Override
    public String onboard(String tenant, List<String> queues, JsonObject limits) throws IOException {
        return onboard(node, tenant, queues, limits);
    }

    /** The same through this node. */
    static String onboard(LocalNode node, String tenant, List<String> queues, JsonObject limits) throws IOException {
        JsonArray definitions = new JsonArray();
        queues.forEach(queue -> definitions.add(new JsonObject().put("name", queue)));
        JsonObject body = new JsonObject()
                .put("plan", "unlimited")
                .put("limits", limits)
                .put(
                        "groups",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "bench")
                                        .put("form", "work")
                                        .put("queues", definitions)))
                .put(
                        "keys",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "bench")
                                        .put(
                                                "permissions",
                                                new JsonArray()
                                                        .add("publish:*/*")
                                                        .add("consume:*/*"))));
        JsonObject answer = new JsonObject(node.admin("PUT", "/v1/tenants/" + tenant, body.encode()));
        return answer.getJsonArray("keys").getJsonObject(0).getString("key");
    }

    @Override
    public SluiceClient producing(String tenant, String key) {
        return client(tenant, key);
    }

    @Override
    public SluiceClient consuming(String tenant, String key) {
        return client(tenant, key);
    }

    @Override
    public long cpuNs() {
        return node.cpuNs();
    }

    SluiceClient client(String tenant, String key) {
        return SluiceClient.connect(clientOptions(tenant, key));
    }

    /** A client on event loops that it shares with the others. */
    SluiceClient sharedClient(String tenant, String key) {
        if (shared == null) {
            shared = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        }
        return VertxSluice.connect(shared, clientOptions(tenant, key));
    }

    private ClientOptions clientOptions(String tenant, String key) {
        return ClientOptions.builder()
                .seeds(node.tcp())
                .tenant(tenant)
                .key(key)
                .name("bench")
                .build();
    }

    /** Depth, unacked and bytes of a queue, as the admin interface shows them. */
    JsonObject queue(String tenant, String queue) throws IOException {
        return new JsonObject(node.admin("GET", "/v1/tenants/" + tenant + "/groups/bench/queues/" + queue, ""));
    }

    /** Bytes of every file in the data folder; a file that a snapshot links too is counted once. */
    long diskBytes() throws IOException {
        Set<Object> counted = new HashSet<>();
        try (Stream<Path> files = Files.walk(node.data())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> counted.add(key(file)))
                    .mapToLong(Server::size)
                    .sum();
        }
    }

    private static Object key(Path file) {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return key == null ? file : key;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (shared != null) {
            shared.close();
        }
        node.close();
        delete(node.data());
    }
}
