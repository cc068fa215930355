package io.sluice.cli;

import picocli.CommandLine;

/** The {@code sluice} command for people: exit code 0 done, 1 refused or failed (one line on stderr says why), 2 usage. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    static int execute(String... args) {
        return new CommandLine(new SluiceCommand())
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println("sluice: " + Failures.describe(failure));
                    return 1;
                })
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }
}
