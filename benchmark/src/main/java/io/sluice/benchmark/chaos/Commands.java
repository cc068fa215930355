package io.sluice.benchmark.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs tools of the operating system. */
final class Commands {
    private static final int TIMEOUT_S = 10;

    private Commands() {}

    /** @throws IOException with what it said, when it fails or is not there */
    static void run(String... words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", words) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Runs all, whatever happens to those before; answers what went wrong. */
    static List<String> tryAll(List<String[]> commands) {
        return commands.stream()
                .map(Commands::problem)
                .filter(problem -> !problem.isEmpty())
                .toList();
    }

    private static String problem(String... words) {
        try {
            run(words);
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
