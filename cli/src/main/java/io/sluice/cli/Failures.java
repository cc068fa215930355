package io.sluice.cli;

import java.net.ConnectException;

/** Turns a failure into the one line that a person reads. */
final class Failures {
    private Failures() {}

    static String describe(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof CliException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        if (cause instanceof ConnectException) {
            return "cannot connect" + (message == null ? "" : ": " + message)
                    + " (is a node running? `./sluice up` starts one)";
        }
        String text = message == null ? cause.getClass().getSimpleName() : message;
        return text.lines().findFirst().orElse(text);
    }
}
