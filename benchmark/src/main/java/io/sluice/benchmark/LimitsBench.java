package io.sluice.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Does a tenant's rate hold over all nodes together, however the load is split, and what is left of it without the grid? */
@Command(
        name = "limits",
        description = "A tenant over its rate in a cluster of three: confirmed against rate × time, for several splits"
                + " of the load; then with the grid's connections cut, for a third of --seconds.",
        mixinStandardHelpOptions = true)
final class LimitsBench implements Callable<Integer> {
    private static final int SIZE = 3;
    private static final long SPEND_BURST_MS = 4_000;
    private static final long GRID_TIMEOUT_MS = 60_000;
    private static final String GRID = "sluice_limits_grid_available";

    /** Parts of the load at each node: in the first half of the time, and in the second. */
    private record Split(String name, List<Double> first, List<Double> second) {
        private Split(String name, List<Double> parts) {
            this(name, parts, parts);
        }
    }

    private static final List<Split> SPLITS = List.of(
            new Split("all at one node", List.of(1.0, 0.0, 0.0)),
            new Split("even", List.of(1 / 3.0, 1 / 3.0, 1 / 3.0)),
            new Split("80 / 15 / 5 %", List.of(0.8, 0.15, 0.05)),
            new Split("80 / 15 / 5 %, then 5 / 15 / 80 %", List.of(0.8, 0.15, 0.05), List.of(0.05, 0.15, 0.8)));

    @Mixin
    private Options options;

    @Option(
            names = "--rate",
            defaultValue = "2000",
            description = "the tenant's publish.messagesPerSecond (default: ${DEFAULT-VALUE})")
    private long perSecond;

    @Option(
            names = "--offered",
            defaultValue = "1.5",
            description = "messages offered, as a multiple of the rate (default: ${DEFAULT-VALUE})")
    private double offered;

    private final List<String> table = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        table.add("| load at the three nodes | confirmed at n1 | n2 | n3 | together | of rate × time | time | "
                + "grid there |");
        table.add("|---|---|---|---|---|---|---|---|");
        try (GridCut cut = GridCut.prepare(SIZE);
                Cluster cluster = Cluster.start(cut.placed(Cluster.spec(options, SIZE)))) {
            JsonObject limits = new JsonObject().put("publish.messagesPerSecond", perSecond);
            String key = cluster.onboard("bench", List.of("q"), limits);
            List<PacedSender> senders = new ArrayList<>();
            for (int node = 0; node < SIZE; node++) {
                senders.add(new PacedSender(cluster.client(node, "bench", key)));
            }
            try {
                offer(senders, SPLITS.get(0).first());
                Thread.sleep(SPEND_BURST_MS);
                for (Split split : SPLITS) {
                    measure(cluster, senders, split, options.seconds());
                }
                withoutGrid(cut, cluster, senders);
            } finally {
                senders.forEach(PacedSender::close);
            }
        }
        Report.print(table, "rate " + perSecond + " msg/s, offered " + Math.round(offered * perSecond) + " msg/s");
        return 0;
    }

    private void withoutGrid(GridCut cut, Cluster cluster, List<PacedSender> senders) throws Exception {
        if (!cut.possible()) {
            Report.progress(cut.reason());
            return;
        }
        cut.cut();
        awaitGrid(cluster, "0");
        int seconds = Math.max(1, options.seconds() / 3);
        measure(
                cluster,
                senders,
                new Split("even, the grid cut between all nodes", SPLITS.get(1).first()),
                seconds);
        measure(
                cluster,
                senders,
                new Split("all at one node, the grid cut", SPLITS.get(0).first()),
                seconds);
        cut.heal();
        long healedNs = System.nanoTime();
        awaitGrid(cluster, "1");
        Report.progress("the grid is back " + Medians.millis((double) (System.nanoTime() - healedNs))
                + " after the cut was healed");
        Thread.sleep(SPEND_BURST_MS);
        measure(cluster, senders, new Split("even, the grid back", SPLITS.get(1).first()), seconds);
    }

    private void offer(List<PacedSender> senders, List<Double> parts) {
        for (int node = 0; node < SIZE; node++) {
            senders.get(node).offer(parts.get(node) * offered * perSecond);
        }
    }

    private void measure(Cluster cluster, List<PacedSender> senders, Split split, int runSeconds) throws Exception {
        offer(senders, split.first());
        Thread.sleep(1_000);
        long[] before = confirmed(senders);
        long startNs = System.nanoTime();
        Thread.sleep(runSeconds * 500L);
        offer(senders, split.second());
        Thread.sleep(Math.max(0, runSeconds * 1_000L - (System.nanoTime() - startNs) / 1_000_000));
        long[] after = confirmed(senders);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long[] count = new long[SIZE];
        Arrays.setAll(count, node -> after[node] - before[node]);
        double part = Arrays.stream(count).sum() / (perSecond * seconds);
        table.add("| " + split.name() + " | "
                + Arrays.stream(count).mapToObj("%,d"::formatted).collect(Collectors.joining(" | "))
                + String.format(
                        Locale.ROOT, " | %,d | %.1f %% | ", Arrays.stream(count).sum(), 100 * part)
                + Math.round(seconds) + " s | " + grid(cluster) + " |");
        Report.progress(table.get(table.size() - 1));
    }

    private static long[] confirmed(List<PacedSender> senders) {
        return senders.stream().mapToLong(PacedSender::confirmed).toArray();
    }

    private static void awaitGrid(Cluster cluster, String value) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + GRID_TIMEOUT_MS * 1_000_000;
        String all = String.join(" ", List.of(value, value, value));
        while (!grid(cluster).equals(all)) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException(
                        GRID + " is " + grid(cluster) + ", not " + value + ", after " + GRID_TIMEOUT_MS + " ms");
            }
            Thread.sleep(100);
        }
    }

    /** {@code sluice_limits_grid_available} of each node. */
    private static String grid(Cluster cluster) throws IOException {
        List<String> values = new ArrayList<>();
        for (int node = 0; node < SIZE; node++) {
            values.add(cluster.nodes()
                    .node(node)
                    .admin("GET", "/metrics", "")
                    .lines()
                    .filter(line -> line.startsWith(GRID))
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1).replace(".0", ""))
                    .findFirst()
                    .orElse("?"));
        }
        return String.join(" ", values);
    }
}
