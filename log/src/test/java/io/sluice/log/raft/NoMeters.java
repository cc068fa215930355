package io.sluice.log.raft;

import io.sluice.metrics.Meters;
import java.util.function.DoubleSupplier;

/** Meters that nobody reads. */
final class NoMeters implements Meters {
    @Override
    public Counter counter(String name, String description, String... tags) {
        return amount -> {};
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {}

    @Override
    public Timer timer(String name, String description, String... tags) {
        return new Timer() {
            @Override
            public void record(long durationNs) {}

            @Override
            public void record(long durationNs, long count) {}
        };
    }

    @Override
    public TenantMeters tenant(String tenant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeTenant(String tenant) {}
}
