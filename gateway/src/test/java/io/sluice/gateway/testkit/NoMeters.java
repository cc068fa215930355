package io.sluice.gateway.testkit;

import io.sluice.metrics.Meters;
import java.util.function.DoubleSupplier;

/** Meters that nobody reads. */
public final class NoMeters implements Meters, Meters.TenantMeters {
    @Override
    public Counter counter(String name, String description, String... tags) {
        return amount -> {};
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {}

    @Override
    public Timer timer(String name, String description, String... tags) {
        throw new UnsupportedOperationException("the gateway has no timers");
    }

    @Override
    public TenantMeters tenant(String tenant) {
        return this;
    }

    @Override
    public void removeTenant(String tenant) {}
}
