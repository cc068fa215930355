package io.sluice.cli.demo;

import java.util.Arrays;
import java.util.Locale;

/** Latencies of a stretch of time, in ns. Safe for any thread. */
final class Latencies {
    private long[] values = new long[1024];
    private int count;

    synchronized void add(long ns) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = ns;
    }

    /** What gathered since the last call. */
    synchronized Summary take() {
        long[] sorted = Arrays.copyOf(values, count);
        count = 0;
        Arrays.sort(sorted);
        return new Summary(sorted.length, at(sorted, 0.5), at(sorted, 0.99));
    }

    private static double at(long[] sorted, double quantile) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) (quantile * (sorted.length - 1))] / 1e6;
    }

    /** @param p50Ms median in ms, NaN where nothing was measured */
    record Summary(int count, double p50Ms, double p99Ms) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", p50Ms, p99Ms);
        }
    }
}
