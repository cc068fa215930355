package io.sluice.gateway.simulation;

import io.sluice.metrics.Meters;
import java.util.function.DoubleSupplier;

/** Meters that nobody reads. */
final class SilentMeters implements Meters, Meters.TenantMeters {
    private static final Timer SILENT = new Timer() {
        @Override
        public void record(long durationNs) {}

        @Override
        public void record(long durationNs, long count) {}
    };

    @Override
    public Counter counter(String name, String description, String... tags) {
        return amount -> {};
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {}

    @Override
    public Timer timer(String name, String description, String... tags) {
        return SILENT;
    }

    @Override
    public TenantMeters tenant(String tenant) {
        return this;
    }

    @Override
    public void removeTenant(String tenant) {}
}
