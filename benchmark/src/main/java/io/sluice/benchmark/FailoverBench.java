package io.sluice.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Kills the node that leads, again and again, and measures for how long publishers get no confirm. */
@Command(
        name = "failover",
        description = "kill -9 of the leader in a cluster of three, many times; for how long nothing is confirmed.",
        mixinStandardHelpOptions = true)
final class FailoverBench implements Callable<Integer> {
    private static final int SIZE = 3;
    private static final long MOST_LAG_ENTRIES = 200;

    @Mixin
    private Options options;

    @Option(names = "--times", defaultValue = "20", description = "kills (default: ${DEFAULT-VALUE})")
    private int times;

    @Option(
            names = "--rate",
            defaultValue = "200",
            description = "messages a second of each publisher (default: ${DEFAULT-VALUE})")
    private double perSecond;

    private long confirmed;

    @Override
    public Integer call() throws Exception {
        Medians medians = new Medians("no confirm after kill -9 of the leader, publisher connected to");
        try (Cluster cluster = Cluster.start(options, SIZE)) {
            String key = cluster.onboard("bench", List.of("beside", "through"), new JsonObject());
            for (int kill = 1; kill <= times; kill++) {
                kill(cluster, key, medians);
                Report.progress("kill " + kill + ": " + Medians.millis(medians.last("another node")) + ", "
                        + Medians.millis(medians.last("the killed node")));
            }
        }
        Report.print(medians, times + " kills, " + confirmed + " confirmed: lost 0, doubled 0, out of order 0");
        return 0;
    }

    private void kill(Cluster cluster, String key, Medians medians) throws Exception {
        int leader = cluster.leader("bench");
        int second = (leader + 1) % SIZE;
        int third = (leader + 2) % SIZE;
        try (GapSender beside = new GapSender(
                        cluster.client(second, "bench", key),
                        cluster.client(third, "bench", key),
                        "beside",
                        perSecond);
                GapSender through = new GapSender(
                        cluster.client(leader, "bench", key),
                        cluster.client(third, "bench", key),
                        "through",
                        perSecond)) {
            beside.awaitConfirms((int) perSecond);
            through.awaitConfirms(1);
            beside.takeLongestGapNs();
            through.takeLongestGapNs();
            cluster.nodes().kill(leader);
            beside.awaitConfirms((int) perSecond);
            through.awaitConfirms((int) perSecond);
            medians.add("another node", beside.takeLongestGapNs(), Medians::millis);
            medians.add("the killed node", through.takeLongestGapNs(), Medians::millis);
            cluster.nodes().start(leader);
            awaitCaughtUp(cluster, leader);
            confirmed += beside.finish() + through.finish();
        }
    }

    private static void awaitCaughtUp(Cluster cluster, int node) throws IOException, InterruptedException {
        while (cluster.lagEntries(node) > MOST_LAG_ENTRIES) {
            Thread.sleep(50);
        }
    }
}
