package io.sluice.log.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log: its <em>own</em> ones in order, where what a later one holds supersedes the same indexes in earlier ones; and before them
 * those that snapshots <em>installed</em>, of which every entry is committed, so that they supersede any own one.
 *
 * <p>*Confined to:* readers from any thread see a whole list; changes are synchronized.
 */
final class SegmentList {
    private volatile Lists lists = new Lists(List.of(), List.of());

    /** Both lists at one moment. */
    private static final class Lists {
        final List<Segment> installed;
        final List<Segment> own;
        final List<Segment> all;
        final long installedLast;

        Lists(List<Segment> installed, List<Segment> own) {
            this.installed = installed;
            this.own = own;
            this.all = joined(installed, own);
            this.installedLast = installed.stream()
                    .mapToLong(segment -> segment.offsets().last())
                    .max()
                    .orElse(0);
        }
    }

    private static List<Segment> joined(List<Segment> first, List<Segment> second) {
        List<Segment> joined = new ArrayList<>(first);
        joined.addAll(second);
        return List.copyOf(joined);
    }

    List<Segment> all() {
        return lists.all;
    }

    List<Segment> own() {
        return lists.own;
    }

    /** Adds the next own segment and applies what its content says about earlier ones. */
    synchronized void add(Segment segment) {
        cut(segment.content.lowestKept());
        if (!segment.offsets().isEmpty()) {
            cut(segment.offsets().first() - 1);
        }
        lists = new Lists(lists.installed, joined(lists.own, List.of(segment)));
    }

    /** Adds one that came with a snapshot; what it once said about others was about those of its first owner. */
    synchronized void install(Segment segment) {
        lists = new Lists(joined(lists.installed, List.of(segment)), lists.own);
    }

    /** Forgets entries above an index in every own segment. */
    void cut(long lastKept) {
        List<Segment> segments = lists.own;
        for (int i = segments.size() - 1; i >= 0; i--) {
            segments.get(i).offsets().cut(lastKept);
        }
    }

    /** Takes out the segments that match. */
    synchronized void remove(Predicate<Segment> condition) {
        Predicate<Segment> kept = condition.negate();
        lists = new Lists(
                lists.installed.stream().filter(kept).toList(),
                lists.own.stream().filter(kept).toList());
    }

    /** The segment that holds an index. */
    @Nullable
    Segment find(long index) {
        Lists now = lists;
        Segment found = index <= now.installedLast ? find(now.installed, index) : null;
        return found != null ? found : find(now.own, index);
    }

    private static @Nullable Segment find(List<Segment> segments, long index) {
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).offsets().contains(index)) {
                return segments.get(i);
            }
        }
        return null;
    }

    /** Last entry of the own segments. */
    long lastIndex() {
        List<Segment> segments = lists.own;
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (!segments.get(i).offsets().isEmpty()) {
                return segments.get(i).offsets().last();
            }
        }
        return 0;
    }
}
