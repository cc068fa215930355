package io.sluice.benchmark;

import io.sluice.client.PublisherOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One producer at a steady rate; latency from the intended send time. */
@Command(
        name = "latency",
        description = "1 producer at a steady rate, 1 consumer; from the intended send time.",
        mixinStandardHelpOptions = true)
final class LatencyBench implements Callable<Integer> {
    @Mixin
    private Options options;

    @Option(names = "--rate", defaultValue = "2000", description = "messages a second (default: ${DEFAULT-VALUE})")
    private double perSecond;

    @Option(
            names = "--nodes",
            defaultValue = "1",
            description = "nodes of a cluster, 3 or more; 1 for a node alone (default: ${DEFAULT-VALUE})")
    private int nodeCount;

    @Option(names = "--size", defaultValue = "256", description = "bytes of a body (default: ${DEFAULT-VALUE})")
    private int sizeBytes;

    @Option(
            names = "--warmup-seconds",
            defaultValue = "15",
            description = "before the first run (default: ${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Override
    public Integer call() throws Exception {
        Medians medians = new Medians(Bed.title(nodeCount) + (long) perSecond + " msg/s of " + sizeBytes + " B");
        try (Bed bed = Bed.start(options, nodeCount)) {
            String key = bed.onboard("bench", List.of("q"), new JsonObject());
            PublisherOptions publishing = PublisherOptions.DEFAULT.withCallbacksOnEventLoop(true);
            try (Pair pair = new Pair(bed, "bench", key, "q", sizeBytes, publishing)) {
                pair.sender().steady(perSecond * 2, warmupSeconds * 1_000_000_000L);
                pair.settle();
                for (int run = 0; run < options.runs(); run++) {
                    pair.receiver().latency().reset();
                    pair.sender().confirmLatency().reset();
                    long cpuNs = bed.cpuNs();
                    long before = pair.sender().published();
                    pair.sender().steady(perSecond, options.seconds() * 1_000_000_000L);
                    pair.settle();
                    add(medians, "publish to consume", pair.receiver().latency());
                    add(medians, "publish to confirm", pair.sender().confirmLatency());
                    medians.add(
                            "server CPU a message",
                            (bed.cpuNs() - cpuNs) / (double) (pair.sender().published() - before),
                            Medians::micros);
                    RawLimits.addSmall(medians, options.folder(), sizeBytes);
                    Report.progress("run " + (run + 1) + " of " + options.runs() + ": p50 "
                            + Medians.millis(medians.last("publish to consume p50")) + ", p99 "
                            + Medians.millis(medians.last("publish to consume p99")));
                }
                pair.check();
            }
        }
        Report.print(medians, "lost 0, doubled 0, out of order 0");
        return 0;
    }

    static void add(Medians medians, String name, Histogram histogram) {
        medians.add(name + " p50", histogram.getValueAtPercentile(50), Medians::millis);
        medians.add(name + " p99", histogram.getValueAtPercentile(99), Medians::millis);
        medians.add(name + " p99.9", histogram.getValueAtPercentile(99.9), Medians::millis);
    }
}
