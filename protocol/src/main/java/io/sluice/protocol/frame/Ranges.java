package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Ranges of sequences or tags, both ends included. On the wire: {@code u16 count, then (u64 first, u64 last)} each.
 *
 * <p><em>Invariants:</em> ascending and disjoint, 0 ≤ first ≤ last, at most {@link #MAX_COUNT}; immutable.
 */
public final class Ranges {
    public static final int MAX_COUNT = 4096;

    /** first, last, first, last … */
    private final long[] bounds;

    private Ranges(long[] bounds) {
        this.bounds = bounds;
    }

    /** One range. */
    public static Ranges of(long first, long last) {
        return ofBounds(first, last);
    }

    /**
     * Ranges given as first, last, first, last …
     *
     * @throws IllegalArgumentException if they are not ascending and disjoint, or too many
     */
    public static Ranges ofBounds(long... bounds) {
        long previous = -1;
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] <= previous || bounds[i + 1] < bounds[i]) {
                throw new IllegalArgumentException("ranges are not ascending: " + Arrays.toString(bounds));
            }
            previous = bounds[i + 1];
        }
        if (bounds.length > 2 * MAX_COUNT) {
            throw new IllegalArgumentException(bounds.length / 2 + " ranges, at most " + MAX_COUNT + " are allowed");
        }
        return new Ranges(bounds.clone());
    }

    /** How many ranges, not how many numbers in them. */
    public int count() {
        return bounds.length / 2;
    }

    public long first(int index) {
        return bounds[2 * index];
    }

    public long last(int index) {
        return bounds[2 * index + 1];
    }

    void write(ByteBuf out) {
        out.writeShort(count());
        for (long bound : bounds) {
            out.writeLong(bound);
        }
    }

    static Ranges read(BodyReader in) {
        int count = in.count16("ranges", MAX_COUNT, 16);
        long[] bounds = new long[2 * count];
        long previous = -1;
        for (int i = 0; i < bounds.length; i += 2) {
            bounds[i] = in.u64("range.first");
            bounds[i + 1] = in.u64("range.last");
            if (bounds[i] <= previous || bounds[i + 1] < bounds[i]) {
                in.fail("ranges must be ascending and disjoint, got " + bounds[i] + ".." + bounds[i + 1]);
            }
            previous = bounds[i + 1];
        }
        return new Ranges(bounds);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ranges ranges && Arrays.equals(bounds, ranges.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < count(); i++) {
            text.append(i == 0 ? "" : ", ").append(first(i)).append("..").append(last(i));
        }
        return text.append(']').toString();
    }
}
