package io.sluice.gateway.session;

/** Timers of one event loop, behind an interface so that flow can be tested without waiting. */
public interface Timers {
    /** Monotonic time in ns. */
    long nowNs();

    /** Runs a task on this loop after at least {@code delayMs}. */
    void after(long delayMs, Runnable task);
}
