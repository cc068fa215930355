package io.sluice.benchmark;

import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.local.LocalCluster;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
    private static final Duration READY = Duration.ofSeconds(60);
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
        Path data = options.folder()
                .toAbsolutePath()
                .resolve("cluster-" + ProcessHandle.current().pid());
        LocalCluster.Spec spec = LocalCluster.Spec.of(data, options.heap(), SIZE)
                .withJvmFlags(options.jvmFlags())
                .withFlags(options.nodeFlags());
        try (LocalCluster cluster = LocalCluster.start(spec, READY)) {
            String key = Server.onboard(cluster.node(0), "bench", List.of("beside", "through"), new JsonObject());
            for (int kill = 1; kill <= times; kill++) {
                kill(cluster, key, medians);
                Report.progress("kill " + kill + ": " + Medians.millis(medians.last("another node")) + ", "
                        + Medians.millis(medians.last("the killed node")));
            }
        }
        Server.delete(data);
        Report.print(medians, times + " kills, " + confirmed + " confirmed: lost 0, doubled 0, out of order 0");
        return 0;
    }

    private void kill(LocalCluster cluster, String key, Medians medians) throws Exception {
        int leader = leader(cluster);
        int second = (leader + 1) % SIZE;
        int third = (leader + 2) % SIZE;
        try (GapSender beside =
                        new GapSender(client(cluster, second, key), client(cluster, third, key), "beside", perSecond);
                GapSender through = new GapSender(
                        client(cluster, leader, key), client(cluster, third, key), "through", perSecond)) {
            beside.awaitConfirms((int) perSecond);
            through.awaitConfirms(1);
            beside.takeLongestGapNs();
            through.takeLongestGapNs();
            cluster.kill(leader);
            beside.awaitConfirms((int) perSecond);
            through.awaitConfirms((int) perSecond);
            medians.add("another node", beside.takeLongestGapNs(), Medians::millis);
            medians.add("the killed node", through.takeLongestGapNs(), Medians::millis);
            cluster.start(leader);
            awaitCaughtUp(cluster, leader);
            confirmed += beside.finish() + through.finish();
        }
    }

    private static SluiceClient client(LocalCluster cluster, int node, String key) {
        return SluiceClient.connect(ClientOptions.builder()
                .seeds(cluster.node(node).tcp())
                .tenant("bench")
                .key(key)
                .name("bench")
                .build());
    }

    private static int leader(LocalCluster cluster) throws IOException, InterruptedException {
        JsonObject group = new JsonObject(cluster.node(0).admin("GET", "/v1/tenants/bench/groups/bench", ""));
        String shard = "shard-" + group.getInteger("shard");
        while (true) {
            for (Object each : new JsonObject(cluster.node(0).admin("GET", "/v1/cluster", "")).getJsonArray("shards")) {
                JsonObject found = (JsonObject) each;
                if (found.getString("name").equals(shard)
                        && !found.getString("leader").isEmpty()) {
                    return cluster.index(found.getString("leader"));
                }
            }
            Thread.sleep(50);
        }
    }

    private static void awaitCaughtUp(LocalCluster cluster, int node) throws IOException, InterruptedException {
        while (lagEntries(cluster, "n" + (node + 1)) > MOST_LAG_ENTRIES) {
            Thread.sleep(50);
        }
    }

    private static long lagEntries(LocalCluster cluster, String node) throws IOException {
        return new JsonObject(cluster.node(0).admin("GET", "/v1/cluster", ""))
                .getJsonArray("shards").stream()
                        .map(JsonObject.class::cast)
                        .mapToLong(shard -> lagEntries(shard, node))
                        .max()
                        .orElse(Long.MAX_VALUE);
    }

    private static long lagEntries(JsonObject shard, String node) {
        return shard.getJsonArray("replicas").stream()
                .map(JsonObject.class::cast)
                .filter(replica -> replica.getString("node").equals(node)
                        && !shard.getString("leader").isEmpty())
                .mapToLong(replica -> replica.getLong("lagEntries"))
                .max()
                .orElse(Long.MAX_VALUE);
    }
}
