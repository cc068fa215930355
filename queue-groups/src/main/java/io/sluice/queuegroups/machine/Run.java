package io.sluice.queuegroups.machine;

/**
 * References to messages that lie next to each other in one log entry and share everything but their size; immutable.
 *
 * <p>Their sizes are alike (the largest at most twice the smallest, or all at most {@link #SMALL_BYTES}), so a part of a run is charged its proportional
 * share of the bytes; shares always sum up to the whole.
 *
 * @param position place of the first message in its queue; the others follow
 * @param index log index of the entry
 * @param ordinal number of the first message within the entry
 * @param expiryMs machine time from which on they are expired; {@link Long#MAX_VALUE} for never
 * @param publishedMs machine time of publishing
 * @param key folded hash of the messages' key where the queue orders by key, else 0
 * @param moved whether they were dead-lettered: that happens to a message once at most
 */
record Run(
        long position,
        long index,
        int ordinal,
        int count,
        long bytes,
        long expiryMs,
        long publishedMs,
        int key,
        boolean moved) {
    static final int SMALL_BYTES = 1024;
    static final long NEVER = Long.MAX_VALUE;

    long endPosition() {
        return position + count;
    }

    boolean expired(long nowMs) {
        return expiryMs <= nowMs;
    }

    /** Share of the bytes that the first {@code n} messages are charged. */
    long bytesOf(int n) {
        return bytes * n / count;
    }

    Run first(int n) {
        return n == count ? this : new Run(position, index, ordinal, n, bytesOf(n), expiryMs, publishedMs, key, moved);
    }

    /** What remains without the first {@code n}. */
    Run after(int n) {
        return new Run(
                position + n, index, ordinal + n, count - n, bytes - bytesOf(n), expiryMs, publishedMs, key, moved);
    }

    Run at(long newPosition) {
        return new Run(newPosition, index, ordinal, count, bytes, expiryMs, publishedMs, key, moved);
    }

    Run storedAt(long newIndex, int newOrdinal) {
        return new Run(position, newIndex, newOrdinal, count, bytes, expiryMs, publishedMs, key, moved);
    }

    Run deadLettered(long newExpiryMs) {
        return new Run(position, index, ordinal, count, bytes, newExpiryMs, publishedMs, key, true);
    }

    /** Whether {@code next} continues this run, so that both can be one. */
    boolean joins(Run next) {
        return next.index == index
                && next.ordinal == ordinal + count
                && next.position == endPosition()
                && next.key == key
                && next.expiryMs == expiryMs
                && next.publishedMs == publishedMs
                && next.moved == moved
                && bytes <= (long) SMALL_BYTES * count
                && next.bytes <= (long) SMALL_BYTES * next.count;
    }

    Run join(Run next) {
        return new Run(
                position, index, ordinal, count + next.count, bytes + next.bytes, expiryMs, publishedMs, key, moved);
    }
}
