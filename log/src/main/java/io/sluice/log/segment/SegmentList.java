package io.sluice.log.segment;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log in order; what a later one holds supersedes the same indexes in earlier ones.
 *
 * <p>*Confined to:* readers from any thread see a whole list; changes are synchronized.
 */
final class SegmentList {
    private volatile List<Segment> all = List.of();

    List<Segment> all() {
        return all;
    }

    /** Adds the next segment and applies what its content says about earlier ones. */
    synchronized void add(Segment segment) {
        cut(segment.content.lowestKept());
        if (!segment.offsets().isEmpty()) {
            cut(segment.offsets().first() - 1);
        }
        Segment[] longer = Arrays.copyOf(all.toArray(new Segment[0]), all.size() + 1);
        longer[all.size()] = segment;
        all = List.of(longer);
    }

    /** Forgets entries above an index in every segment. */
    void cut(long lastKept) {
        List<Segment> segments = all;
        for (int i = segments.size() - 1; i >= 0; i--) {
            segments.get(i).offsets().cut(lastKept);
        }
    }

    /** Takes out, and returns, the segments that match. */
    synchronized List<Segment> remove(Predicate<Segment> condition) {
        List<Segment> removed = all.stream().filter(condition).toList();
        if (!removed.isEmpty()) {
            all = all.stream().filter(segment -> !removed.contains(segment)).toList();
        }
        return removed;
    }

    /** The segment that holds an index. */
    @Nullable
    Segment find(long index) {
        List<Segment> segments = all;
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).offsets().contains(index)) {
                return segments.get(i);
            }
        }
        return null;
    }

    long lastIndex() {
        List<Segment> segments = all;
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (!segments.get(i).offsets().isEmpty()) {
                return segments.get(i).offsets().last();
            }
        }
        return 0;
    }
}
