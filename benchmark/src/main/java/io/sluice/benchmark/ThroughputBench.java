package io.sluice.benchmark;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One producer, one consumer, as fast as it goes: confirmed, delivered and acked. */
@Command(
        name = "throughput",
        description = "1 producer, 1 consumer, confirmed, delivered and acked, as fast as it goes.",
        mixinStandardHelpOptions = true)
final class ThroughputBench implements Callable<Integer> {
    @Mixin
    private Options options;

    @Option(
            names = "--nodes",
            defaultValue = "1",
            description = "nodes of a cluster, 3 or more; 1 for a node alone (default: ${DEFAULT-VALUE})")
    private int nodeCount;

    @Option(names = "--size", defaultValue = "256", description = "bytes of a body (default: ${DEFAULT-VALUE})")
    private int sizeBytes;

    @Option(
            names = "--warmup-seconds",
            defaultValue = "10",
            description = "before the first run (default: ${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Override
    public Integer call() throws Exception {
        Medians medians =
                new Medians(Bed.title(nodeCount) + sizeBytes + " B, 1 producer, 1 consumer, confirmed and acked");
        try (Bed bed = Bed.start(options, nodeCount)) {
            String key = bed.onboard("bench", List.of("q"), new JsonObject());
            try (Pair pair = new Pair(bed, "bench", key, "q", sizeBytes)) {
                pair.sender().flood(warmupSeconds * 1_000_000_000L);
                pair.settle();
                for (int run = 0; run < options.runs(); run++) {
                    measure(bed, pair, medians);
                    Report.progress("run " + (run + 1) + " of " + options.runs() + ": "
                            + Medians.rate(medians.last("messages")) + ", "
                            + Medians.micros(medians.last("server CPU a message")));
                }
                pair.check();
            }
        }
        Report.print(medians, "lost 0, doubled 0, out of order 0");
        return 0;
    }

    private void measure(Bed bed, Pair pair, Medians medians) throws Exception {
        long before = pair.sender().published();
        long cpuNs = bed.cpuNs();
        long startNs = System.nanoTime();
        pair.sender().flood(options.seconds() * 1_000_000_000L);
        pair.settle();
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long count = pair.sender().published() - before;
        medians.add("messages", count / seconds, Medians::rate);
        medians.add("bodies", count * (double) sizeBytes / seconds, Medians::megabytes);
        medians.add("server CPU a message", (bed.cpuNs() - cpuNs) / (double) count, Medians::micros);
        RawLimits.add(medians, options.folder(), sizeBytes);
    }
}
