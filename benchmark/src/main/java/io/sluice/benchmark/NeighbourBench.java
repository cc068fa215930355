package io.sluice.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A victim tenant at a steady rate, alone and then beside tenants that flood without limits and grow backlogs (in a JVM of their own). */
@Command(
        name = "neighbour",
        description = "A steady tenant alone, then beside tenants that flood.",
        mixinStandardHelpOptions = true)
final class NeighbourBench implements Callable<Integer> {
    @Mixin
    private Options options;

    @Option(
            names = "--rate",
            defaultValue = "500",
            description = "the victim's messages a second (default: ${DEFAULT-VALUE})")
    private double perSecond;

    @Option(names = "--floods", defaultValue = "4", description = "tenants that flood (default: ${DEFAULT-VALUE})")
    private int floods;

    @Override
    public Integer call() throws Exception {
        Medians medians = new Medians("victim at " + (long) perSecond + " msg/s of 256 B beside " + floods + " floods");
        for (int run = 0; run < options.runs(); run++) {
            try (Server server = Server.start(options)) {
                measure(server, medians);
            }
            Report.progress("run " + (run + 1) + " of " + options.runs() + ": p99 alone "
                    + Medians.millis(medians.last("alone p99")) + ", beside floods "
                    + Medians.millis(medians.last("beside floods p99")));
        }
        Report.print(medians, "victim: lost 0, doubled 0, out of order 0");
        return 0;
    }

    private void measure(Server server, Medians medians) throws Exception {
        String key = server.onboard("victim", List.of("q"), new JsonObject());
        List<String> flooders = new ArrayList<>();
        for (int i = 0; i < floods; i++) {
            flooders.add("flood" + i + "=" + server.onboard("flood" + i, List.of("q"), new JsonObject()));
        }
        try (Pair pair = new Pair(server, "victim", key, "q", 256)) {
            long durationNs = options.seconds() * 1_000_000_000L;
            pair.sender().steady(perSecond * 4, durationNs);
            victim(pair, medians, "alone", durationNs);
            Process flood = flood(server, flooders);
            try {
                Thread.sleep(3_000);
                victim(pair, medians, "beside floods", durationNs);
            } finally {
                flood.destroy();
                flood.waitFor();
            }
            pair.check();
        }
        long backlog = 0;
        for (int i = 0; i < floods; i++) {
            backlog += server.queue("flood" + i, "q").getLong("depth");
        }
        medians.add("backlog of the floods", backlog, Medians::plain);
        medians.add(
                "p99 beside floods ÷ alone",
                medians.last("beside floods p99") / medians.last("alone p99"),
                Medians::plain);
    }

    private void victim(Pair pair, Medians medians, String name, long durationNs) throws InterruptedException {
        pair.settle();
        pair.receiver().latency().reset();
        pair.sender().steady(perSecond, durationNs);
        pair.settle();
        LatencyBench.add(medians, name, pair.receiver().latency());
    }

    private static Process flood(Server server, List<String> flooders) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-cp",
                System.getProperty("java.class.path"),
                Flooder.class.getName(),
                server.node().tcp()));
        command.addAll(1, nativeAccess());
        command.addAll(flooders);
        return new ProcessBuilder(command).inheritIO().start();
    }

    /** What this JVM was allowed: newer ones warn of each use without it. */
    private static List<String> nativeAccess() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--enable-native-access") || flag.startsWith("--sun-misc"))
                .toList();
    }
}
