package io.sluice.systemtests;

import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits for what must come to hold, however slow the machine is. */
final class Eventually {
    private static final long PATIENCE_MS = 90_000;
    private static final long PAUSE_MS = 20;

    private Eventually() {}

    static void holds(Callable<Boolean> condition, Supplier<String> otherwise) {
        long endNs = System.nanoTime() + PATIENCE_MS * 1_000_000;
        try {
            while (!condition.call()) {
                if (System.nanoTime() - endNs > 0) {
                    throw new AssertionError(otherwise.get());
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + otherwise.get(), e);
        } catch (Exception e) {
            throw new AssertionError(otherwise.get(), e);
        }
    }
}
