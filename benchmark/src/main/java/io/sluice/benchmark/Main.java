package io.sluice.benchmark;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sluice bench}: the benchmarks whose results stand in docs/BENCHMARKS.md. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures a node in a JVM of its own, or a cluster of them; prints medians, and the machine's own limits beside them.",
        subcommands = {
            ThroughputBench.class,
            LatencyBench.class,
            BacklogBench.class,
            TenantsBench.class,
            CrashBench.class,
            FailoverBench.class,
            NeighbourBench.class,
            IdleBench.class,
            LimitsBench.class,
            CommandLine.HelpCommand.class
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println("bench: " + failure);
                    failure.printStackTrace(line.getErr());
                    return 1;
                })
                .execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which benchmark?");
    }
}
