package io.sluice.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * The series that share one set of base tags (the node's, or one tenant's), so that they can be removed together.
 *
 * <p>Names: {@code published}, {@code sluice.published} and {@code sluice_published_total} all mean {@code sluice_published_total}; likewise
 * {@code _seconds} for timers.
 *
 * <p><em>Invariants:</em> once removed, no series comes back: what is asked for then counts into nothing. Safe for any thread.
 */
final class Series {
    private static final String PREFIX = "sluice_";

    private final PrometheusMeterRegistry registry;
    private final DurationSummaries summaries;
    private final Tags base;
    private final Map<Meter.Id, Meters.Counter> counters = new ConcurrentHashMap<>();
    private final Map<Meter.Id, GaugeSeries> gauges = new ConcurrentHashMap<>();
    private final Map<Meter.Id, Runnable> removals = new ConcurrentHashMap<>();
    // Guarded by this.
    private boolean removed;

    Series(PrometheusMeterRegistry registry, DurationSummaries summaries, Tags base) {
        this.registry = registry;
        this.summaries = summaries;
        this.base = base;
    }

    synchronized Meters.Counter counter(String name, String description, String... tags) {
        if (removed) {
            return amount -> {};
        }
        Meter.Id id = id(name, "_total", Meter.Type.COUNTER, tags);
        return counters.computeIfAbsent(id, key -> {
            var counter = io.micrometer.core.instrument.Counter.builder(key.getName())
                    .description(description)
                    .tags(key.getTags())
                    .register(registry);
            removals.put(key, () -> registry.remove(counter));
            return counter::increment;
        });
    }

    synchronized void gauge(String owner, String name, String description, DoubleSupplier value, String... tags) {
        if (removed) {
            return;
        }
        Meter.Id id = id(name, "", Meter.Type.GAUGE, tags);
        GaugeSeries series = gauges.computeIfAbsent(id, key -> {
            GaugeSeries made = new GaugeSeries();
            Gauge gauge = Gauge.builder(key.getName(), made, GaugeSeries::value)
                    .description(description)
                    .tags(key.getTags())
                    .register(registry);
            removals.put(key, () -> registry.remove(gauge));
            return made;
        });
        series.put(owner, value);
    }

    synchronized Meters.Timer timer(String name, String description, String... tags) {
        Meter.Id id = id(name, "_seconds", Meter.Type.TIMER, tags);
        Labels labels = labels(id);
        if (removed) {
            return new DurationSummary(labels, 0);
        }
        removals.putIfAbsent(id, () -> summaries.remove(id.getName(), labels));
        return summaries.summary(id.getName(), description, labels);
    }

    /** Takes the owner out of every gauge. */
    void forget(String owner) {
        gauges.values().forEach(series -> series.remove(owner));
    }

    synchronized void removeAll() {
        removed = true;
        removals.values().forEach(Runnable::run);
        removals.clear();
        counters.clear();
        gauges.clear();
    }

    private Meter.Id id(String name, String suffix, Meter.Type type, String... tags) {
        String flat = name.replace('.', '_');
        String stem = flat.endsWith(suffix) ? flat.substring(0, flat.length() - suffix.length()) : flat;
        String full = stem.startsWith(PREFIX) ? stem : PREFIX + stem;
        return new Meter.Id(full, base.and(tags), null, null, type);
    }

    private static Labels labels(Meter.Id id) {
        List<String> pairs = new ArrayList<>();
        id.getTagsAsIterable().forEach(tag -> pairs.addAll(List.of(tag.getKey().replace('.', '_'), tag.getValue())));
        return Labels.of(pairs.toArray(String[]::new));
    }
}
