package io.sluice.client;

import io.sluice.protocol.frame.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Gathers tags into ranges. Not safe for concurrent use. */
final class TagRanges {
    private long[] bounds = new long[16];
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    /** Adds {@code first … last}; cheapest when tags come in order. */
    void add(long first, long last) {
        if (count > 0 && bounds[2 * count - 1] + 1 == first) {
            bounds[2 * count - 1] = last;
            return;
        }
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = first;
        bounds[2 * count + 1] = last;
        count++;
    }

    void clear() {
        count = 0;
    }

    /** All that was added, ascending, merged, in portions that fit a frame each; empties this. */
    List<Ranges> drain() {
        List<long[]> merged = merge();
        List<Ranges> portions = new ArrayList<>();
        for (int from = 0; from < merged.size(); from += Ranges.MAX_COUNT) {
            List<long[]> portion = merged.subList(from, Math.min(merged.size(), from + Ranges.MAX_COUNT));
            portions.add(Ranges.ofBounds(
                    portion.stream().flatMapToLong(Arrays::stream).toArray()));
        }
        count = 0;
        return portions;
    }

    private List<long[]> merge() {
        List<long[]> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ranges.add(new long[] {bounds[2 * i], bounds[2 * i + 1]});
        }
        ranges.sort(Comparator.comparingLong(range -> range[0]));
        List<long[]> merged = new ArrayList<>(count);
        for (long[] range : ranges) {
            long[] previous = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (previous != null && range[0] <= previous[1] + 1) {
                previous[1] = Math.max(previous[1], range[1]);
            } else {
                merged.add(range);
            }
        }
        return merged;
    }
}
