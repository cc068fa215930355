package io.sluice.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Every {@link DurationSummary} of the node, by name and labels, as the Prometheus registry collects them. Safe for any thread. */
final class DurationSummaries implements MultiCollector {
    private final Map<String, Family> families = new ConcurrentHashMap<>();
    private final LongSupplier clockNs;

    DurationSummaries(LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    /** @param name without prefix to add and without unit: {@code sluice_dwell} is exposed as {@code sluice_dwell_seconds} */
    DurationSummary summary(String name, String description, Labels labels) {
        Family family = families.computeIfAbsent(name, key -> new Family(description, new ConcurrentHashMap<>()));
        return family.points().computeIfAbsent(labels, key -> new DurationSummary(key, clockNs.getAsLong()));
    }

    void remove(String name, Labels labels) {
        Family family = families.get(name);
        if (family != null) {
            family.points().remove(labels);
        }
    }

    @Override
    public MetricSnapshots collect() {
        long nowNs = clockNs.getAsLong();
        List<MetricSnapshot> snapshots = new ArrayList<>(families.size());
        families.forEach((name, family) -> snapshots.add(family.snapshot(name, nowNs)));
        return new MetricSnapshots(snapshots);
    }

    private record Family(String description, Map<Labels, DurationSummary> points) {
        MetricSnapshot snapshot(String name, long nowNs) {
            return new SummarySnapshot(
                    new MetricMetadata(name + "_seconds", description, Unit.SECONDS),
                    points.values().stream().map(point -> point.collect(nowNs)).toList());
        }
    }
}
