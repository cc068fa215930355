package io.sluice.cli;

import io.sluice.cli.ca.AuthorityFiles;
import io.sluice.cli.ca.NodeNames;
import io.sluice.client.local.LocalCluster;
import io.sluice.client.local.LocalNode;
import io.sluice.client.local.LocalNodeSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs several nodes on this machine that form a cluster, until it is told to stop. */
@Command(
        name = "cluster",
        description = "Runs several nodes on this machine that form a cluster.",
        mixinStandardHelpOptions = true)
final class ClusterCommand implements Callable<Integer> {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(120);
    private static final int FIRST_PORT = 7610;
    private static final int PORTS_PER_NODE = 5;
    private static final int MAX_NODES = 15;

    @Parameters(
            arity = "0..1",
            defaultValue = "3",
            paramLabel = "NODES",
            description = "how many (default: ${DEFAULT-VALUE})")
    private int count;

    @Option(names = "--data", defaultValue = "data/cluster", description = "data folder (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--node-flag",
            paramLabel = "FLAG",
            description = "a flag for each node, for example --node-flag=--log-shards=4; may be repeated")
    private List<String> flags = List.of();

    @Option(
            names = "--tls",
            description =
                    "mutual TLS between the nodes (Raft and event bus), with a CA and certificates made in DATA/ca")
    private boolean tls;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (count < 1 || count == 2 || count > MAX_NODES) {
            throw new ParameterException(
                    spec.commandLine(),
                    count == 2
                            ? "two nodes can't go on without each other, which is worse than one: give 3 or more"
                            : "give 1 node, or 3 to " + MAX_NODES);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (LocalCluster cluster = LocalCluster.start(clusterSpec(), READY_TIMEOUT)) {
            for (int i = 0; i < count; i++) {
                out.println(cluster.node(i).readyLine());
            }
            out.println("admin token in " + data.resolve("admin.token") + "; Ctrl-C stops all nodes");
            out.flush();
            watch(cluster, out);
        }
        throw new CliException("no node runs any more; their logs are beside their folders in " + data);
    }

    /** Tells of each node that ends; returns when none is left. */
    private void watch(LocalCluster cluster, PrintWriter out) throws InterruptedException {
        boolean[] told = new boolean[count];
        int left = count;
        while (left > 0) {
            for (int i = 0; i < count; i++) {
                LocalNode node = cluster.node(i);
                if (!told[i] && !node.alive()) {
                    told[i] = true;
                    left--;
                    out.println("node n" + (i + 1) + " ended; its log is " + node.logFile());
                    out.flush();
                }
            }
            Thread.sleep(200);
        }
    }

    private LocalCluster.Spec clusterSpec() throws IOException {
        String heap = System.getenv().getOrDefault("SLUICE_HEAP", "512m");
        LocalNodeSpec node = LocalCluster.Spec.of(data.toAbsolutePath(), heap, count)
                .node()
                .withFlags(tls ? tlsFlags() : List.of())
                .withFlags(flags);
        boolean usual = IntStream.range(0, count)
                .flatMap(i -> IntStream.range(0, PORTS_PER_NODE).map(p -> FIRST_PORT + 10 * i + p))
                .allMatch(ClusterCommand::isFree);
        return new LocalCluster.Spec(node, count, usual ? FIRST_PORT : 0);
    }

    private List<String> tlsFlags() throws IOException {
        Path ca = data.toAbsolutePath().resolve("ca");
        List<NodeNames> names = IntStream.rangeClosed(1, count)
                .mapToObj(i -> new NodeNames("n" + i, List.of("127.0.0.1", "localhost")))
                .toList();
        try {
            new AuthorityFiles(ca).provide(names);
        } catch (GeneralSecurityException | IllegalStateException e) {
            throw new CliException("certificates in " + ca + ": " + e.getMessage());
        }
        String node = ca.resolve(LocalCluster.NODE_ID).toString();
        return List.of(
                "--cluster-tls-ca",
                ca.resolve("ca.pem").toString(),
                "--cluster-tls-cert",
                node + ".pem",
                "--cluster-tls-key",
                node + ".key");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
