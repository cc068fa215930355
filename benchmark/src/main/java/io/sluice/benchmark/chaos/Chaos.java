package io.sluice.benchmark.chaos;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./sluice chaos}: faults at random on a real cluster, under a judge. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description =
                "Faults at random on a cluster of this machine while clients publish and consume; judges what they saw. Exit code 1 on any violation.")
public final class Chaos implements Callable<Integer> {
    @Option(
            names = "--minutes",
            defaultValue = "10",
            description = "how long to go on; 0 for each fault once (default: ${DEFAULT-VALUE})")
    private double minutes;

    @Option(names = "--seed", defaultValue = "0", description = "of every choice; 0 for a new one, which is printed")
    private long seed;

    @Option(names = "--nodes", defaultValue = "3", description = "3, 5, 7 or 9 (default: ${DEFAULT-VALUE})")
    private int nodes;

    @Option(names = "--faults", description = "which, separated by commas; all of them if not given: see --list")
    private String faults = Fault.labels();

    @Option(names = "--list", description = "name the faults and end")
    private boolean list;

    @Option(
            names = "--rate",
            defaultValue = "1200",
            description = "messages published a second, in all (default: ${DEFAULT-VALUE})")
    private int perSecond;

    @Option(names = "--heap", defaultValue = "256m", description = "of each node (default: ${DEFAULT-VALUE})")
    private String heap;

    @Option(names = "--loopback", description = "don't make network namespaces, even where they could be made")
    private boolean loopback;

    @Option(
            names = "--folder",
            defaultValue = "target/chaos",
            description = "gets data, logs and journal, and is emptied first (default: ${DEFAULT-VALUE})")
    private Path folder;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Chaos())
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println("chaos: " + failure.getMessage());
                    return 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (list) {
            System.out.println(Fault.labels().replace(',', '\n'));
            return 0;
        }
        long chosen = seed == 0 ? System.nanoTime() : seed;
        List<Fault> drawnFrom = Arrays.stream(faults.split(","))
                .map(String::strip)
                .map(Fault::of)
                .toList();
        ChaosOptions options = new ChaosOptions(
                (long) (minutes * 60_000), chosen, nodes, drawnFrom, perSecond, heap, folder.resolve("run"), loopback);
        Files.createDirectories(folder);
        ChaosReport report;
        try (FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (lock.tryLock() == null) {
                throw new IOException(folder + " is in use by another run: give another --folder");
            }
            System.err.println("seed " + chosen);
            report = new ChaosRun(options, System.err::println).run();
        }
        System.out.println();
        System.out.println(report.table());
        System.out.println(report.story());
        return report.passed() ? 0 : 1;
    }
}
