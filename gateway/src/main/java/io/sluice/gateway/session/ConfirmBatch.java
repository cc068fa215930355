package io.sluice.gateway.session;

import io.sluice.protocol.frame.Ranges;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Confirmed sequences that gather in a turn, as ascending ranges. */
final class ConfirmBatch {
    private final LongArrayList bounds = new LongArrayList();

    /** @param first above every sequence added before since {@link #take} */
    void add(long first, long last) {
        int size = bounds.size();
        if (size > 0 && bounds.getLong(size - 1) == first - 1) {
            bounds.set(size - 1, last);
        } else {
            bounds.add(first);
            bounds.add(last);
        }
    }

    boolean isEmpty() {
        return bounds.isEmpty();
    }

    boolean isFull() {
        return bounds.size() == 2 * Ranges.MAX_COUNT;
    }

    Ranges take() {
        Ranges ranges = Ranges.ofBounds(bounds.toLongArray());
        bounds.clear();
        return ranges;
    }
}
