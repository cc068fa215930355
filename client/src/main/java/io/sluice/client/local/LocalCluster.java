package io.sluice.client.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Several nodes that form a cluster, as child processes of this one, on loopback unless told otherwise: each can be killed, frozen and started again on its data.
 *
 * <p>Nodes are counted from 0 here; node 0 is {@code n1}. Ports stay the same over restarts, and one admin token holds for all. Safe for any thread, but for
 * two calls about the same node at a time.
 */
public final class LocalCluster implements AutoCloseable {
    /** Stands for each node's own id in the flags that all have in common. */
    public static final String NODE_ID = "{node.id}";

    private static final int PORTS_PER_NODE = 5;
    private static final List<String> PORT_FLAGS =
            List.of("--tcp-port", "--http-port", "--raft-port", "--bus-port", "--grid-port");
    private static final String NODES_FLAG = "--cluster-nodes";
    private static final Duration STOP = Duration.ofSeconds(30);

    private final List<LocalNodeSpec> specs;
    private final List<LocalNode> nodes = new ArrayList<>();
    private final Duration ready;

    private LocalCluster(List<LocalNodeSpec> specs, Duration ready) {
        this.specs = new ArrayList<>(specs);
        this.ready = ready;
    }

    /**
     * How to start the nodes. Immutable.
     *
     * @param node what all have in common; its data folder gets a folder for each node, {@link #NODE_ID} in its flags that node's id
     * @param count nodes, 1 or at least 3
     * @param firstPort node {@code i} takes the five ports from {@code firstPort + 10 × i} on; 0 for any free ones
     * @param places where each node runs; empty for all on loopback
     */
    public record Spec(LocalNodeSpec node, int count, int firstPort, List<Place> places) {
        public Spec {
            places = List.copyOf(places);
            if (!places.isEmpty() && places.size() != count) {
                throw new IllegalArgumentException("places: one for each of " + count + " nodes, not " + places.size());
            }
        }

        public Spec(LocalNodeSpec node, int count, int firstPort) {
            this(node, count, firstPort, List.of());
        }

        /** With the class path of this JVM, on free ports. */
        public static Spec of(Path data, String heap, int count) {
            String classPath = System.getProperty("sluice.node.classpath", System.getProperty("java.class.path"));
            return new Spec(new LocalNodeSpec(classPath, heap, data, List.of(), List.of()), count, 0);
        }

        public Spec withFlags(List<String> more) {
            return new Spec(node.withFlags(more), count, firstPort, places);
        }

        public Spec withJvmFlags(List<String> more) {
            return new Spec(node.withJvmFlags(more), count, firstPort, places);
        }

        public Spec withPlaces(List<Place> each) {
            return new Spec(node, count, firstPort, each);
        }

        private Place place(int index) {
            return places.isEmpty() ? Place.LOOPBACK : places.get(index);
        }
    }

    /**
     * Where a node runs.
     *
     * @param host address that it binds to and that others reach it at
     * @param prefix see {@link LocalNodeSpec#prefix}
     */
    public record Place(String host, List<String> prefix) {
        public static final Place LOOPBACK = new Place("127.0.0.1", List.of());

        public Place {
            prefix = List.copyOf(prefix);
        }

        /** Addresses beyond loopback want a word of consent: these nodes have no TLS between them. */
        private List<String> flags() {
            return equals(LOOPBACK)
                    ? List.of()
                    : List.of("--gateway-host", host, "--cluster-host", host, "--cluster-insecure", "true");
        }
    }

    /**
     * Starts all nodes at once and waits until each serves.
     *
     * @throws IOException when one does not, within {@code ready}; then none is left running
     */
    public static LocalCluster start(Spec spec, Duration ready) throws IOException {
        LocalCluster cluster = new LocalCluster(specs(spec), ready);
        ExecutorService starters = Executors.newFixedThreadPool(spec.count());
        AtomicReference<Throwable> first = new AtomicReference<>();
        List<CompletableFuture<LocalNode>> starting = cluster.specs.stream()
                .map(node -> CompletableFuture.supplyAsync(() -> started(node, ready), starters)
                        .whenComplete((up, failure) -> {
                            if (failure != null) {
                                first.compareAndSet(null, failure);
                                // The others would wait for it.
                                starters.shutdownNow();
                            }
                        }))
                .toList();
        try {
            starting.forEach(node -> cluster.nodes.add(node.join()));
            return cluster;
        } catch (CompletionException | CancellationException e) {
            starting.forEach(LocalCluster::killIfStarted);
            Throwable failure = Objects.requireNonNullElse(first.get(), e);
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new IOException(cause.getMessage(), cause);
        } finally {
            starters.shutdown();
        }
    }

    private static void killIfStarted(CompletableFuture<LocalNode> node) {
        try {
            node.join().kill();
        } catch (CompletionException | CancellationException neverStarted) {
            // Then there is nothing to end.
            return;
        }
    }

    private static LocalNode started(LocalNodeSpec spec, Duration ready) {
        try {
            return LocalNode.start(spec, ready);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static List<LocalNodeSpec> specs(Spec spec) throws IOException {
        Files.createDirectories(spec.node().data());
        String token = token(spec.node().data().resolve("admin.token"));
        List<Integer> ports = spec.firstPort() == 0 ? FreePorts.choose(PORTS_PER_NODE * spec.count()) : portsFrom(spec);
        String members = IntStream.range(0, spec.count())
                .mapToObj(i -> "n%d=%s:%d:%d:%d"
                        .formatted(
                                i + 1,
                                spec.place(i).host(),
                                ports.get(PORTS_PER_NODE * i + 2),
                                ports.get(PORTS_PER_NODE * i + 4),
                                ports.get(PORTS_PER_NODE * i + 3)))
                .collect(Collectors.joining(","));
        List<LocalNodeSpec> specs = new ArrayList<>();
        for (int i = 0; i < spec.count(); i++) {
            String id = "n" + (i + 1);
            Path data = spec.node().data().resolve(id);
            writeToken(data, token);
            List<String> flags = new ArrayList<>(List.of("--node-id", id, NODES_FLAG, members));
            for (int p = 0; p < PORTS_PER_NODE; p++) {
                flags.add(PORT_FLAGS.get(p));
                flags.add(String.valueOf(ports.get(PORTS_PER_NODE * i + p)));
            }
            flags.addAll(spec.place(i).flags());
            LocalNodeSpec all = spec.node();
            List<String> prefix = spec.place(i).prefix();
            List<String> common =
                    all.flags().stream().map(flag -> flag.replace(NODE_ID, id)).toList();
            specs.add(new LocalNodeSpec(all.classPath(), all.heap(), data, all.jvmFlags(), common, prefix)
                    .withFlags(flags));
        }
        return specs;
    }

    private static List<Integer> portsFrom(Spec spec) {
        return IntStream.range(0, PORTS_PER_NODE * spec.count())
                .mapToObj(n -> spec.firstPort() + 10 * (n / PORTS_PER_NODE) + n % PORTS_PER_NODE)
                .toList();
    }

    private static String token(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            write(file, "sla_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
        }
        return Files.readString(file);
    }

    private static void writeToken(Path data, String token) throws IOException {
        Files.createDirectories(data);
        Path file = data.resolve("admin.token");
        if (!Files.exists(file)) {
            write(file, token);
        }
    }

    /** Readable by its owner alone before anything is in it. */
    private static void write(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardOpenOption.WRITE);
    }

    /**
     * Makes a further node that knows all others; {@link #start(int)} starts it. The cluster has to be told of it.
     *
     * @return its place
     */
    public int add() throws IOException {
        return add(Place.LOOPBACK);
    }

    /** As {@link #add()}, in a place like that of the others. */
    public int add(Place place) throws IOException {
        LocalNodeSpec first = specs.get(0);
        String id = "n" + (specs.size() + 1);
        Path data = first.data().resolveSibling(id);
        writeToken(data, Files.readString(first.data().resolve("admin.token")));
        List<Integer> ports = FreePorts.choose(PORTS_PER_NODE);
        List<String> flags = new ArrayList<>(first.flags());
        set(flags, "--node-id", id);
        for (int p = 0; p < PORTS_PER_NODE; p++) {
            set(flags, PORT_FLAGS.get(p), String.valueOf(ports.get(p)));
        }
        List<String> placed = place.flags();
        for (int i = 0; i < placed.size(); i += 2) {
            set(flags, placed.get(i), placed.get(i + 1));
        }
        String others = flags.get(flags.indexOf(NODES_FLAG) + 1);
        set(
                flags,
                NODES_FLAG,
                "%s,%s=%s:%d:%d:%d".formatted(others, id, place.host(), ports.get(2), ports.get(4), ports.get(3)));
        specs.add(new LocalNodeSpec(first.classPath(), first.heap(), data, first.jvmFlags(), flags, place.prefix()));
        return specs.size() - 1;
    }

    /** Forgets the node that was added last, and deletes what it had; it must have ended. */
    public void removeLast() throws IOException {
        int last = specs.size() - 1;
        wipe(last);
        synchronized (nodes) {
            nodes.remove(last).close();
        }
        specs.remove(last);
    }

    /** Deletes what a node has in its folder, as if its disk had been replaced; it must have ended. */
    public void wipe(int index) throws IOException {
        Path folder = specs.get(index).data();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void set(List<String> flags, String name, String value) {
        flags.set(flags.indexOf(name) + 1, value);
    }

    /** Where the other nodes reach a node. */
    public int raftPort(int index) {
        List<String> flags = specs.get(index).flags();
        return Integer.parseInt(flags.get(flags.indexOf(PORT_FLAGS.get(2)) + 1));
    }

    /** Nodes that were ever started, but for those that were removed. */
    public int size() {
        return nodes().size();
    }

    /** All nodes as they were last started. */
    public List<LocalNode> nodes() {
        synchronized (nodes) {
            return List.copyOf(nodes);
        }
    }

    /** The node as it was last started; it may have been killed since. */
    public LocalNode node(int index) {
        synchronized (nodes) {
            return nodes.get(index);
        }
    }

    /** 0-based place of a node by its id. */
    public int index(String id) {
        return Integer.parseInt(id.substring(1)) - 1;
    }

    /** {@code host:port} of the gateways' TCP listeners. */
    public List<String> tcp() {
        return nodes().stream().map(LocalNode::tcp).toList();
    }

    /** Ends a node at once (SIGKILL). */
    public void kill(int index) {
        node(index).kill();
    }

    /** Ends a node in order (SIGTERM). @return its exit code, or -1 when it had to be killed */
    public int stop(int index) {
        return node(index).stop(STOP);
    }

    /** Starts a node again, on its data and ports; it must have ended. */
    public void start(int index) throws IOException {
        start(index, List.of());
    }

    /** As {@link #start(int)}, with further flags this time. */
    public void start(int index, List<String> flags) throws IOException {
        LocalNode again = LocalNode.start(specs.get(index).withFlags(flags), ready);
        synchronized (nodes) {
            if (index == nodes.size()) {
                nodes.add(again);
            } else {
                nodes.set(index, again);
            }
        }
    }

    /** Stops a node in its tracks (SIGSTOP) until {@link #thaw}. */
    public void freeze(int index) throws IOException {
        signal(index, "STOP");
    }

    public void thaw(int index) throws IOException {
        signal(index, "CONT");
    }

    private void signal(int index, String name) throws IOException {
        Process sent = new ProcessBuilder(
                        "kill", "-" + name, String.valueOf(node(index).pid()))
                .inheritIO()
                .start();
        try {
            if (!sent.waitFor(10, TimeUnit.SECONDS) || sent.exitValue() != 0) {
                throw new IOException("cannot send SIG" + name + " to node " + index);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Ends all nodes in order, at the same time. */
    @Override
    public void close() {
        List<LocalNode> all = nodes();
        all.stream().filter(LocalNode::alive).forEach(LocalNode::end);
        all.forEach(LocalNode::close);
    }
}
