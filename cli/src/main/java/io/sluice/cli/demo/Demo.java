package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.client.local.LocalNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The story that the demonstration tells, and whether it went as promised. */
public final class Demo {
    private static final int STEADY_PER_SECOND = 500;
    private static final int FLOOD_LIMIT = 1_000;
    /** A promise about a shared machine on which the demonstration, its clients and the node compete for the same cores. */
    private static final double WORST_P99_MS = 100;

    private final LocalNode node;
    private final PrintWriter out;
    private final int seconds;
    private boolean kept = true;

    /** @param seconds length of each act */
    public Demo(LocalNode node, PrintWriter out, int seconds) {
        this.node = node;
        this.out = out;
        this.seconds = seconds;
    }

    /** @return whether everything that was shown was as promised */
    public boolean run() throws IOException, InterruptedException {
        say("1. Two tenants, onboarded with one REST call each");
        DemoTenant acme = DemoTenant.onboard(node, "acme");
        DemoTenant noisy = DemoTenant.onboard(node, "noisy");
        say("   acme and noisy, each with a group 'orders', its queues, and a key of its own");
        socket(acme);
        isolation(acme, noisy);
        return kept;
    }

    private void socket(DemoTenant acme) throws IOException, InterruptedException {
        say("2. A browser's view: acme publishes and consumes over WebSocket, in JSON");
        try (JsonSocket socket = new JsonSocket(node.ws())) {
            socket.send("{\"op\":\"connect\",\"tenant\":\"acme\",\"key\":\"" + acme.key() + "\",\"client\":\"demo\"}");
            socket.await("connected");
            socket.send(
                    "{\"op\":\"publish\",\"id\":1,\"queue\":\"orders/web\",\"key\":\"k1\",\"body\":\"hello from a browser\"}");
            socket.await("confirm");
            socket.send("{\"op\":\"subscribe\",\"id\":2,\"queue\":\"orders/web\",\"prefetch\":10}");
            JsonNode delivered = socket.await("deliver");
            check(
                    "a message confirmed on disk, delivered and acked",
                    delivered.path("body").asText().equals("hello from a browser"));
            socket.send("{\"op\":\"ack\",\"consumer\":" + delivered.path("consumer") + ",\"tags\":["
                    + delivered.path("tag") + "]}");
        }
    }

    private void isolation(DemoTenant acme, DemoTenant noisy) throws IOException, InterruptedException {
        say("3. acme alone: " + STEADY_PER_SECOND
                + " messages a second over TCP, each forced to disk before it is confirmed");
        try (SteadyTraffic steady = new SteadyTraffic(acme, STEADY_PER_SECOND)) {
            Thread.sleep(1_000L * Math.min(3, seconds));
            steady.latencies().take();
            Latencies.Summary alone = watch(steady, null);
            say("4. noisy floods beside it, without any limit");
            flood(noisy, steady, alone);
            boolean whole = steady.settle();
            check("acme: " + steady.counts(), whole);
        }
    }

    private void flood(DemoTenant noisy, SteadyTraffic steady, Latencies.Summary alone)
            throws IOException, InterruptedException {
        long before = noisy.depth();
        try (FloodTraffic flood = new FloodTraffic(noisy)) {
            Latencies.Summary beside = watch(steady, flood);
            check(
                    String.format(
                            Locale.ROOT,
                            "acme's p99 from publish to consume: %.2f ms alone, %.2f ms beside the flood (promised: under %.0f ms here)",
                            alone.p99Ms(),
                            beside.p99Ms(),
                            WORST_P99_MS),
                    beside.p99Ms() < WORST_P99_MS);
            say("5. the operator sets publish.messagesPerSecond=" + FLOOD_LIMIT + " for noisy, live");
            noisy.limit("{\"publish.messagesPerSecond\":{\"rate\":" + FLOOD_LIMIT + ",\"burst\":" + FLOOD_LIMIT + "}}");
            Thread.sleep(2_000);
            long from = flood.confirmed();
            watch(steady, flood);
            double rate = (flood.confirmed() - from) / (double) seconds;
            check(
                    String.format(
                            Locale.ROOT,
                            "noisy now gets %.0f messages a second, and was told why: %s",
                            rate,
                            flood.throttled()),
                    rate < FLOOD_LIMIT * 1.5
                            && rate > FLOOD_LIMIT * 0.5
                            && flood.throttled().equals("publish.messagesPerSecond"));
            noisy.limit("{\"publish.messagesPerSecond\":null}");
            flood.settle();
            long held = noisy.depth() - before;
            check("noisy's backlog holds every message that was confirmed to it: " + held, held == flood.confirmed());
        }
        noisy.purge();
    }

    /** Prints acme's latency each second. */
    private Latencies.Summary watch(SteadyTraffic steady, @Nullable FloodTraffic flood) throws InterruptedException {
        double worst = 0;
        double middle = 0;
        for (int second = 0; second < seconds; second++) {
            long before = flood == null ? 0 : flood.confirmed();
            Thread.sleep(1_000);
            Latencies.Summary summary = steady.latencies().take();
            String beside = flood == null
                    ? ""
                    : String.format(Locale.ROOT, "   noisy: %,d confirmed in this second", flood.confirmed() - before);
            say("   acme: " + summary + beside);
            worst = Math.max(worst, summary.p99Ms());
            middle = Math.max(middle, summary.p50Ms());
        }
        return new Latencies.Summary(seconds, middle, worst);
    }

    private void check(String what, boolean holds) {
        kept &= holds;
        say((holds ? "   ok      " : "   BROKEN  ") + what);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
