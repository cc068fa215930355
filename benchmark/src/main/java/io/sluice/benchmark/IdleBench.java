package io.sluice.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a cluster costs that has nothing to do. */
@Command(
        name = "idle",
        description = "CPU of each node of a cluster that has nothing to do; a run is one stretch of --seconds.",
        mixinStandardHelpOptions = true)
final class IdleBench implements Callable<Integer> {
    private static final int TOP_THREADS = 12;

    @Mixin
    private Options options;

    @Option(
            names = "--nodes",
            defaultValue = "3",
            description = "nodes of the cluster, 3 or more (default: ${DEFAULT-VALUE})")
    private int nodeCount;

    @Option(
            names = "--warmup-seconds",
            defaultValue = "30",
            description = "before the first run: compilers come to rest (default: ${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--threads", description = "says for each run which threads woke up, and what they used")
    private boolean threads;

    @Override
    public Integer call() throws Exception {
        Medians medians = new Medians(nodeCount + " nodes, a tenant with a queue, no clients");
        try (Cluster cluster = Cluster.start(options, nodeCount)) {
            String unused = cluster.onboard("bench", List.of("q"), new JsonObject());
            Thread.sleep(warmupSeconds * 1_000L);
            for (int run = 0; run < options.runs(); run++) {
                measure(cluster, medians);
                Report.progress("run " + (run + 1) + " of " + options.runs() + ": "
                        + Medians.percent(medians.last("CPU of a node, of one core")));
            }
        }
        Report.print(medians, "each row over all nodes and runs");
        return 0;
    }

    private void measure(Cluster cluster, Medians medians) throws IOException, InterruptedException {
        List<ThreadFigures> before = figures(cluster);
        Thread.sleep(options.seconds() * 1_000L);
        List<ThreadFigures> after = figures(cluster);
        for (int node = 0; node < nodeCount; node++) {
            ThreadFigures used = after.get(node).minus(before.get(node));
            medians.add("CPU of a node, of one core", used.cpuNs() / (options.seconds() * 1e9), Medians::percent);
            medians.add("threads woken a second", used.wakeUps() / (double) options.seconds(), Medians::plain);
            if (threads) {
                Report.progress("n" + (node + 1) + ":");
                used.top(TOP_THREADS, options.seconds()).forEach(Report::progress);
            }
        }
    }

    private static List<ThreadFigures> figures(Cluster cluster) throws IOException {
        List<ThreadFigures> all = new ArrayList<>();
        for (int node = 0; node < cluster.nodes().size(); node++) {
            all.add(ThreadFigures.of(
                    cluster.nodes().node(node).pid(), cluster.nodes().node(node).cpuNs()));
        }
        return all;
    }
}
