package io.sluice.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What all benchmarks take. */
final class Options {
    @Option(
            names = "--runs",
            defaultValue = "5",
            description = "measured runs, of which the median counts (default: ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--seconds", defaultValue = "10", description = "length of a run (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--heap",
            defaultValue = "512m",
            description = "fixed heap of the server (default: ${DEFAULT-VALUE})")
    private String heap;

    @Option(
            names = "--folder",
            defaultValue = "target/bench",
            description = "where data folders are made (default: ${DEFAULT-VALUE})")
    private Path folder;

    @Option(names = "--jvm-flag", description = "a flag for the server's JVM, for example a profiler's agent")
    private List<String> jvmFlags = List.of();

    @Option(names = "--node-flag", description = "a flag for the node, for example --log-shards=1")
    private List<String> nodeFlags = List.of();

    int runs() {
        return runs;
    }

    int seconds() {
        return seconds;
    }

    String heap() {
        return heap;
    }

    Path folder() {
        return folder;
    }

    List<String> jvmFlags() {
        return jvmFlags;
    }

    List<String> nodeFlags() {
        return nodeFlags;
    }

    /** The machine in a line, for the record. */
    static String machine() {
        Map<String, String> env = System.getenv();
        return Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ", Java " + Runtime.version()
                + (env.containsKey("CI") ? ", in CI" : "");
    }
}
