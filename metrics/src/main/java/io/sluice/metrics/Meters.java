package io.sluice.metrics;

import java.util.function.DoubleSupplier;

/**
 * Where every module reports its figures; the binding to Micrometer stays inside this module.
 *
 * <p>Meters are made once and kept by their users: looking one up is not for the message path. Per-tenant meters are bounded in number: past the
 * bound the series of tenant {@code _overflow} is handed out instead. Safe for any thread.
 */
public interface Meters {
    /** A counter of the node. Tags come as name, value, name, value … */
    Counter counter(String name, String description, String... tags);

    /** A gauge of the node, read when scraped; must be quick and never throw. */
    void gauge(String name, String description, DoubleSupplier value, String... tags);

    /** A distribution of durations with quantiles 0.5 and 0.99, recorded in ns, exposed in seconds. */
    Timer timer(String name, String description, String... tags);

    /** The meters of one tenant, under tag {@code tenant}; asking again returns the same ones. */
    TenantMeters tenant(String tenant);

    /** Removes the tenant's series, after it was deleted. */
    void removeTenant(String tenant);

    /** Counts up. */
    interface Counter {
        void add(long amount);
    }

    /** Records durations in nanoseconds. */
    interface Timer {
        void record(long durationNs);

        /** The same duration {@code count} times (a batch). */
        void record(long durationNs, long count);
    }

    /** Like {@link Meters}, every series tagged with one tenant. A counter or timer is exposed from its first count on: what never happened has no series. */
    interface TenantMeters {
        Counter counter(String name, String description, String... tags);

        void gauge(String name, String description, DoubleSupplier value, String... tags);

        Timer timer(String name, String description, String... tags);
    }
}
