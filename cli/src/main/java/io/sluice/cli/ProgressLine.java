package io.sluice.cli;

import java.io.PrintWriter;
import java.util.function.Supplier;

/** One line on stderr that says how far long work is; only on a terminal, and at most ten times a second. */
final class ProgressLine {
    private static final long INTERVAL_NS = 100_000_000;

    private final PrintWriter err;
    private final boolean terminal = System.console() != null;
    private long nextNs = System.nanoTime() + INTERVAL_NS;
    private boolean shown;

    ProgressLine(PrintWriter err) {
        this.err = err;
    }

    void update(Supplier<String> text) {
        long nowNs = System.nanoTime();
        if (terminal && nowNs - nextNs >= 0) {
            nextNs = nowNs + INTERVAL_NS;
            err.print("\r\u001b[K" + text.get());
            err.flush();
            shown = true;
        }
    }

    /** Replaces the line by a last word. */
    void end(String text) {
        err.println((shown ? "\r\u001b[K" : "") + text);
        err.flush();
    }
}
