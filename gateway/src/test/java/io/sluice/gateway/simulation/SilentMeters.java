package io.sluice.gateway.simulation;

import io.sluice.metrics.Meters;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Meters of which a test reads the gauges. */
final class SilentMeters implements Meters, Meters.TenantMeters {
    private static final Timer SILENT = new Timer() {
        @Override
        public void record(long durationNs) {}

        @Override
        public void record(long durationNs, long count) {}
    };

    private final Map<String, DoubleSupplier> gauges = new HashMap<>();

    @Override
    public Counter counter(String name, String description, String... tags) {
        return amount -> {};
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {
        gauges.merge(name, value, (one, other) -> () -> Math.max(one.getAsDouble(), other.getAsDouble()));
    }

    double gauge(String name) {
        return gauges.get(name).getAsDouble();
    }

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
