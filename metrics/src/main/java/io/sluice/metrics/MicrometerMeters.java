package io.sluice.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * {@link Meters} on a Prometheus registry, with the figures of the JVM and the process beside ours.
 *
 * <p><em>Invariants:</em> at most {@code maxTenantSeries} tenants have series of their own; a tenant that came later shares {@code _overflow} until it is removed.
 * Safe for any thread.
 */
public final class MicrometerMeters implements Meters, AutoCloseable {
    /** Value of tag {@code tenant} that tenants beyond the bound share. Not a possible tenant name. */
    public static final String OVERFLOW = "_overflow";

    private static final String NODE = "";

    private final PrometheusMeterRegistry registry;
    private final DurationSummaries summaries;
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final int maxTenantSeries;
    private final Series node;
    private final Series overflow;

    // Guarded by this.
    private final Map<String, SeriesOfTenant> tenants = new HashMap<>();
    private int ownSeriesCount;

    /** @param maxTenantSeries tenants with series of their own, at least 0 */
    public MicrometerMeters(int maxTenantSeries) {
        this(maxTenantSeries, System::nanoTime);
    }

    MicrometerMeters(int maxTenantSeries, LongSupplier clockNs) {
        PrometheusRegistry prometheus = new PrometheusRegistry();
        this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
        this.summaries = new DurationSummaries(clockNs);
        this.maxTenantSeries = maxTenantSeries;
        this.node = new Series(registry, summaries, Tags.empty());
        this.overflow = series(OVERFLOW);
        prometheus.register(summaries);
        bindJvm();
    }

    private void bindJvm() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    @Override
    public Counter counter(String name, String description, String... tags) {
        return node.counter(name, description, tags);
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {
        node.gauge(NODE, name, description, value, tags);
    }

    @Override
    public Timer timer(String name, String description, String... tags) {
        return node.timer(name, description, tags);
    }

    @Override
    public synchronized TenantMeters tenant(String tenant) {
        return tenants.computeIfAbsent(tenant, name -> {
            boolean own = ownSeriesCount < maxTenantSeries;
            ownSeriesCount += own ? 1 : 0;
            return new SeriesOfTenant(name, own ? series(name) : overflow);
        });
    }

    @Override
    public synchronized void removeTenant(String tenant) {
        SeriesOfTenant removed = tenants.remove(tenant);
        if (removed == null) {
            return;
        }
        if (removed.series() == overflow) {
            overflow.forget(tenant);
        } else {
            removed.series().removeAll();
            ownSeriesCount--;
        }
    }

    /** Everything in Prometheus' text format. Reads all gauges; not for an event loop that serves messages. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private Series series(String tenant) {
        return new Series(registry, summaries, Tags.of("tenant", tenant));
    }

    private record SeriesOfTenant(String tenant, Series series) implements TenantMeters {
        @Override
        public Counter counter(String name, String description, String... tags) {
            Lazy<Counter> counter = new Lazy<>(() -> series.counter(name, description, tags));
            return amount -> {
                if (amount != 0) {
                    counter.get().add(amount);
                }
            };
        }

        @Override
        public void gauge(String name, String description, DoubleSupplier value, String... tags) {
            series.gauge(tenant, name, description, value, tags);
        }

        @Override
        public Timer timer(String name, String description, String... tags) {
            return new LazyTimer(new Lazy<>(() -> series.timer(name, description, tags)));
        }
    }

    private record LazyTimer(Lazy<Timer> timer) implements Timer {
        @Override
        public void record(long durationNs) {
            timer.get().record(durationNs);
        }

        @Override
        public void record(long durationNs, long count) {
            timer.get().record(durationNs, count);
        }
    }
}
