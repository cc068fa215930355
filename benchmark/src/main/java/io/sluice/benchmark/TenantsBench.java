package io.sluice.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many tenants with one queue and two connections each, all at a low rate; and the heap of as many idle ones. */
@Command(
        name = "tenants",
        description = "Many tenants, one queue and two connections each.",
        mixinStandardHelpOptions = true)
final class TenantsBench implements Callable<Integer> {
    private static final Pattern LIVE_BYTES = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    @Mixin
    private Options options;

    @Option(names = "--tenants", defaultValue = "1000", description = "tenants (default: ${DEFAULT-VALUE})")
    private int tenants;

    @Option(
            names = "--rate",
            defaultValue = "5",
            description = "messages a second of each tenant (default: ${DEFAULT-VALUE})")
    private double perSecond;

    @Override
    public Integer call() throws Exception {
        Medians medians =
                new Medians(tenants + " tenants, one queue and two connections each, " + perSecond + " msg/s each");
        try (Server server = Server.start(options)) {
            long emptyKb = heapKb(server);
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < tenants; i++) {
                keys.add(server.onboard("t" + i, List.of("q"), new JsonObject()));
            }
            long idleKb = heapKb(server);
            medians.add(
                    "heap of an idle tenant",
                    (idleKb - emptyKb) / (double) tenants,
                    value -> Medians.plain(value) + " kB");
            List<Pair> members = new ArrayList<>();
            for (int i = 0; i < tenants; i++) {
                members.add(Pair.ofMany(server, "t" + i, keys.get(i), "q", 256));
            }
            medians.add("heap with all connected", heapKb(server) / 1024.0, value -> Medians.plain(value) + " MB");
            for (int run = 0; run < options.runs(); run++) {
                measure(server, members, medians);
                Report.progress("run " + (run + 1) + " of " + options.runs() + ": p99 "
                        + Medians.millis(medians.last("publish to consume p99")));
            }
            for (Pair member : members) {
                if (member.sender().rejected() > 0) {
                    throw new IllegalStateException(
                            "rejected " + member.sender().rejected());
                }
                member.check();
                member.close();
            }
        }
        Report.print(medians, "all tenants served; lost 0, doubled 0, out of order 0");
        return 0;
    }

    private void measure(Server server, List<Pair> members, Medians medians) throws Exception {
        long cpuNs = server.node().cpuNs();
        long startNs = System.nanoTime();
        long count = (long) (perSecond * tenants * options.seconds());
        for (long i = 0; i < count; i++) {
            long intendedNs = startNs + (long) (i * 1e9 / (perSecond * tenants));
            for (long waitNs = intendedNs - System.nanoTime(); waitNs > 0; waitNs = intendedNs - System.nanoTime()) {
                LockSupport.parkNanos(waitNs);
            }
            members.get((int) (i % tenants)).sender().send(intendedNs);
        }
        Histogram all = new Histogram(600_000_000_000L, 3);
        for (Pair member : members) {
            member.settle();
            all.add(member.receiver().latency());
            member.receiver().latency().reset();
        }
        LatencyBench.add(medians, "publish to consume", all);
        medians.add("server CPU a message", (server.node().cpuNs() - cpuNs) / (double) count, Medians::micros);
        medians.add("server threads", status(server, "Threads"), Medians::plain);
        medians.add("server resident memory", status(server, "VmRSS") / 1024.0, value -> Medians.plain(value) + " MB");
    }

    /** Live objects after a collection, whichever collector runs, in kB. */
    private static long heapKb(Server server) throws IOException, InterruptedException {
        Matcher used = LIVE_BYTES.matcher(jcmd(server, "GC.class_histogram"));
        if (!used.find()) {
            throw new IOException("jcmd GC.class_histogram did not say how much is live");
        }
        return Long.parseLong(used.group(1)) / 1024;
    }

    private static String jcmd(Server server, String what) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(server.node().pid()),
                        what)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static long status(Server server, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + server.node().pid() + "/status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + field + " in the process status");
    }
}
