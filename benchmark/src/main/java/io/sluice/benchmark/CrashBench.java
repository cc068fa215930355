package io.sluice.benchmark;

import io.sluice.client.PublisherOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Kills the node at full speed, again and again, on one data folder, while one client publishes and one consumes through it all. */
@Command(
        name = "crash",
        description = "kill -9 at full speed, many times on the same data folder; nothing confirmed may be lost.",
        mixinStandardHelpOptions = true)
final class CrashBench implements Callable<Integer> {
    private static final long TIMEOUT_MS = 120_000;

    @Mixin
    private Options options;

    @Option(names = "--times", defaultValue = "20", description = "kills (default: ${DEFAULT-VALUE})")
    private int times;

    @Option(names = "--seed", defaultValue = "0", description = "of the kill times; 0 for a new one, which is printed")
    private long seed;

    @Override
    public Integer call() throws Exception {
        long chosen = seed == 0 ? System.nanoTime() : seed;
        Report.progress("seed " + chosen);
        Random random = new Random(chosen);
        try (Server server = Server.startOnFixedPorts(options)) {
            String key = server.onboard("bench", List.of("q"), new JsonObject());
            PublisherOptions publishing =
                    PublisherOptions.DEFAULT.withProducerName("crash").withCallbacksOnEventLoop(true);
            try (Pair pair = new Pair(server, "bench", key, "q", 256, publishing)) {
                Thread sending = new Thread(() -> pair.sender().flood(Long.MAX_VALUE / 4), "sending");
                sending.start();
                for (int kill = 1; kill <= times; kill++) {
                    Thread.sleep(1_000 + random.nextInt(3_000));
                    long before = pair.receiver().received();
                    server.node().kill();
                    double readyNs = (double) server.restart();
                    Report.progress("kill " + kill + ": " + before + " received before, ready again after "
                            + Medians.millis(readyNs));
                }
                Thread.sleep(2_000);
                sending.interrupt();
                sending.join();
                pair.sender().await(TIMEOUT_MS);
                pair.receiver().await(pair.sender().confirmed().cardinality(), TIMEOUT_MS);
                pair.check();
                System.out.println(times + " kills: published " + pair.sender().published() + ", confirmed "
                        + pair.sender().confirmed().cardinality() + ", rejected "
                        + pair.sender().rejected() + ", received "
                        + pair.receiver().received() + ", redelivered with a raised count "
                        + pair.receiver().checker().redelivered() + ", lost 0, doubled 0, out of order 0");
            }
        }
        return 0;
    }
}
