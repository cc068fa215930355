package io.sluice.queuegroups.machine;

import java.nio.ByteBuffer;

/**
 * Messages of a PUBLISH that may become one run.
 *
 * @param offset position of the first message in the entry's buffer
 * @param run without a position yet
 * @param delayMs before they become ready, 0 for none
 */
record Draft(int offset, Run run, long delayMs) {
    /** How many of the first messages stay within both bounds, by their real sizes. */
    int fitting(ByteBuffer entry, long maxMessages, long maxBytes) {
        if (run.count() <= maxMessages && run.bytes() <= maxBytes) {
            return run.count();
        }
        int at = offset;
        long bytes = 0;
        int count = 0;
        while (count < run.count() && count < maxMessages) {
            int size = 4 + entry.getInt(at);
            if (bytes + size > maxBytes) {
                break;
            }
            bytes += size;
            at += size;
            count++;
        }
        return count;
    }

    /** The first {@code n}, or the rest; each with its real size. */
    Draft part(ByteBuffer entry, int n, boolean first) {
        if (first && n == run.count()) {
            return this;
        }
        int at = offset;
        for (int i = 0; i < n; i++) {
            at += 4 + entry.getInt(at);
        }
        int from = first ? offset : at;
        long bytes = first ? at - offset : run.bytes() - (at - offset);
        int count = first ? n : run.count() - n;
        int ordinal = first ? run.ordinal() : run.ordinal() + n;
        return new Draft(
                from,
                new Run(0, run.index(), ordinal, count, bytes, run.expiryMs(), run.publishedMs(), run.key(), false),
                delayMs);
    }
}
