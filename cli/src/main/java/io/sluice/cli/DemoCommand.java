package io.sluice.cli;

import io.sluice.cli.demo.Demo;
import io.sluice.client.local.LocalNode;
import io.sluice.client.local.LocalNodeSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the main job on a node of its own, then leaves the node running. */
@Command(
        name = "demo",
        description = "A node, two tenants, real clients, one of them flooding.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final List<Integer> DEFAULT_PORTS = List.of(7610, 7611, 7612, 7613, 7614);

    @Option(names = "--exit", description = "stop the node afterwards; exit code 0 only if everything was as promised")
    private boolean exit;

    @Option(names = "--data", defaultValue = "data/demo", description = "data folder (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(names = "--seconds", defaultValue = "5", description = "length of each act (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("starting a node …");
        out.flush();
        try (LocalNode node = LocalNode.start(nodeSpec(), READY_TIMEOUT)) {
            boolean kept = new Demo(node, out, Math.max(1, seconds)).run();
            where(node, out);
            if (exit) {
                return kept ? 0 : 1;
            }
            out.println("the node goes on running; Ctrl-C ends it");
            out.flush();
            while (node.alive()) {
                Thread.sleep(500);
            }
            throw new CliException("the node ended; its log is " + node.logFile());
        }
    }

    private LocalNodeSpec nodeSpec() {
        String heap = System.getenv().getOrDefault("SLUICE_HEAP", "512m");
        LocalNodeSpec free = LocalNodeSpec.of(data.toAbsolutePath(), heap);
        boolean usual = DEFAULT_PORTS.stream().allMatch(DemoCommand::isFree);
        return usual ? new LocalNodeSpec(free.classPath(), heap, free.data(), List.of(), List.of()) : free;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void where(LocalNode node, PrintWriter out) {
        out.println();
        out.println("gateway      " + node.tcp() + " (TCP), " + node.ws() + " (WebSocket)");
        out.println("admin API    " + node.http() + "/v1/tenants   described at " + node.http() + "/v1/openapi.yaml");
        out.println("metrics      " + node.http() + "/metrics   health at " + node.http() + "/healthz, " + node.http()
                + "/readyz");
        out.println("console      not built yet; ./sluice tenant, queue, node … show the same");
        out.println("admin token  " + node.data().resolve("admin.token"));
        out.println("data folder  " + node.data() + "   log " + node.logFile());
        out.flush();
    }
}
