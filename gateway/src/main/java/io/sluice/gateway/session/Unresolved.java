package io.sluice.gateway.session;

import io.sluice.queuegroups.api.ShardCommand;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A producer's commands without an outcome, in the order of their sequences, kept so that they can be sent again.
 *
 * <p><em>Invariants:</em> sequences are contiguous from {@code resolvedSequence + 1}, except that the first entry may be resolved in part.
 */
final class Unresolved {
    /** @param bytes message bytes that the client sent under these sequences @param retryAfterMs told with a reject */
    record Entry(long first, long last, long bytes, int retryAfterMs, ShardCommand command) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long resolvedSequence;

    void startAfter(long lastSequence) {
        resolvedSequence = lastSequence;
    }

    long resolvedSequence() {
        return resolvedSequence;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void add(Entry entry) {
        entries.addLast(entry);
    }

    @Nullable
    Entry oldest() {
        return entries.peekFirst();
    }

    /** Everything up to {@code sequence} has an outcome; answers the bytes of the entries that are done with it. */
    long resolve(long sequence) {
        resolvedSequence = sequence;
        long bytes = 0;
        for (Entry head = entries.peekFirst(); head != null && head.last <= sequence; head = entries.peekFirst()) {
            bytes += head.bytes;
            entries.removeFirst();
        }
        return bytes;
    }

    void forEach(Consumer<Entry> action) {
        entries.forEach(action);
    }
}
