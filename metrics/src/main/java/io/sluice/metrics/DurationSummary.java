package io.sluice.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A distribution of durations: exact count and sum for ever, quantiles over the last half minute to minute.
 *
 * <p>Micrometer's own timer records into three histograms a value and takes no count for a batch; this one records into one, wait-free, and stays at a few
 * kilobytes, because there are two for each tenant. Quantiles are right to 6 %. Safe for any thread.
 */
final class DurationSummary implements Meters.Timer {
    private static final long WINDOW_NS = 30_000_000_000L;
    private static final long LONGEST_US = 3_600_000_000L;
    private static final int SIGNIFICANT_DIGITS = 1;

    private final Labels labels;
    private final Recorder recorder = new Recorder(SIGNIFICANT_DIGITS);
    private final LongAdder count = new LongAdder();
    private final LongAdder sumNs = new LongAdder();

    // All guarded by this.
    private @Nullable Histogram recycled;
    private Histogram window = new Histogram(SIGNIFICANT_DIGITS);
    private @Nullable Histogram windowBefore;
    private long windowStartNs;

    DurationSummary(Labels labels, long nowNs) {
        this.labels = labels;
        this.windowStartNs = nowNs;
    }

    @Override
    public void record(long durationNs) {
        record(durationNs, 1);
    }

    @Override
    public void record(long durationNs, long times) {
        long ns = Math.max(0, durationNs);
        recorder.recordValueWithCount(Math.min(ns / 1_000, LONGEST_US), times);
        count.add(times);
        sumNs.add(ns * times);
    }

    synchronized SummaryDataPointSnapshot collect(long nowNs) {
        Histogram latest = recorder.getIntervalHistogram(recycled);
        recycled = latest;
        if (nowNs - windowStartNs >= WINDOW_NS) {
            windowBefore = window;
            window = new Histogram(SIGNIFICANT_DIGITS);
            windowStartNs = nowNs;
        }
        window.add(latest);
        Histogram seen = window.copy();
        if (windowBefore != null) {
            seen.add(windowBefore);
        }
        return new SummaryDataPointSnapshot(count.sum(), sumNs.sum() / 1e9, quantiles(seen), labels, null, 0);
    }

    private static Quantiles quantiles(Histogram seen) {
        return Quantiles.of(quantile(seen, 0.5), quantile(seen, 0.99));
    }

    /** NaN while nothing was recorded: zero would read as "very quick". */
    private static Quantile quantile(Histogram seen, double q) {
        double seconds = seen.getTotalCount() == 0 ? Double.NaN : seen.getValueAtPercentile(q * 100) / 1e6;
        return new Quantile(q, seconds);
    }
}
