package io.sluice.queuegroups.shard;

import io.sluice.metrics.Meters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** Meters that can be read in a test: {@code tenant/name}, or the bare name for the node's own. */
public final class RecordingMeters implements Meters {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

    public long count(String name) {
        return counts.getOrDefault(name, new LongAdder()).sum();
    }

    public double gauge(String name) {
        DoubleSupplier gauge = gauges.get(name);
        return gauge == null ? Double.NaN : gauge.getAsDouble();
    }

    @Override
    public Counter counter(String name, String description, String... tags) {
        return adder(name)::add;
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {
        gauges.put(name, value);
    }

    @Override
    public Timer timer(String name, String description, String... tags) {
        return timer(name);
    }

    @Override
    public TenantMeters tenant(String tenant) {
        return new TenantMeters() {
            @Override
            public Counter counter(String name, String description, String... tags) {
                return adder(tenant + "/" + name)::add;
            }

            @Override
            public void gauge(String name, String description, DoubleSupplier value, String... tags) {
                gauges.put(tenant + "/" + name, value);
            }

            @Override
            public Timer timer(String name, String description, String... tags) {
                return RecordingMeters.this.timer(tenant + "/" + name);
            }
        };
    }

    @Override
    public void removeTenant(String tenant) {
        counts.keySet().removeIf(name -> name.startsWith(tenant + "/"));
    }

    private LongAdder adder(String name) {
        return counts.computeIfAbsent(name, key -> new LongAdder());
    }

    private Timer timer(String name) {
        LongAdder count = adder(name);
        return new Timer() {
            @Override
            public void record(long durationNs) {
                count.increment();
            }

            @Override
            public void record(long durationNs, long times) {
                count.add(times);
            }
        };
    }
}
