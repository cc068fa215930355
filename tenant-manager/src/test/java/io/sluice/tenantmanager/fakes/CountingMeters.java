package io.sluice.tenantmanager.fakes;

import io.sluice.metrics.Meters;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/** Meters that can be read back, by {@code tenant/name/tag value}. */
public final class CountingMeters implements Meters {
    private final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();
    private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

    public long count(String id) {
        return counters.getOrDefault(id, new AtomicLong()).get();
    }

    public double gauge(String id) {
        return gauges.get(id).getAsDouble();
    }

    public Map<String, AtomicLong> counters() {
        return new TreeMap<>(counters);
    }

    private Counter counterOf(String prefix, String name, String... tags) {
        String id = prefix + name + (tags.length == 0 ? "" : "/" + tags[1]);
        AtomicLong value = counters.computeIfAbsent(id, any -> new AtomicLong());
        return value::addAndGet;
    }

    @Override
    public Counter counter(String name, String description, String... tags) {
        return counterOf("", name, tags);
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {
        gauges.put(name, value);
    }

    /** Durations are not what these tests are about: a timer that counts its records. */
    @Override
    public Timer timer(String name, String description, String... tags) {
        Counter records = counterOf("", name, tags);
        return new Timer() {
            @Override
            public void record(long durationNs) {
                records.add(1);
            }

            @Override
            public void record(long durationNs, long count) {
                records.add(count);
            }
        };
    }

    @Override
    public void removeTenant(String tenant) {
        gauges.keySet().removeIf(id -> id.startsWith(tenant + "/"));
    }

    @Override
    public TenantMeters tenant(String tenant) {
        return new TenantMeters() {
            @Override
            public Counter counter(String name, String description, String... tags) {
                return counterOf(tenant + "/", name, tags);
            }

            @Override
            public void gauge(String name, String description, DoubleSupplier value, String... tags) {
                gauges.put(tenant + "/" + name, value);
            }

            @Override
            public Timer timer(String name, String description, String... tags) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
