package io.sluice.log.segment;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries in memory, the very buffers that were appended, bounded in bytes and in number.
 *
 * <p>*Confined to:* one writer; {@link #get} from any thread without a lock: a slot is looked up by index and says whose it is.
 */
final class TailCache {
    private static final int SLOTS = 1 << 15;

    private final AtomicReferenceArray<@Nullable LogRecord> slots = new AtomicReferenceArray<>(SLOTS);
    private final long maxBytes;
    private long bytes;
    private long first = 1;
    private long next = 1;

    TailCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Nullable
    LogRecord get(long index) {
        LogRecord record = slots.get(slot(index));
        return record != null && record.index() == index ? record : null;
    }

    void add(LogRecord record) {
        cut(record.index() - 1);
        if (next != record.index()) {
            while (first < next) {
                dropFirst();
            }
            first = record.index();
            next = record.index();
        }
        bytes += size(record);
        while (first < next && (bytes > maxBytes || next - first >= SLOTS)) {
            dropFirst();
        }
        slots.set(slot(record.index()), record);
        next++;
    }

    /** Forgets entries above an index. */
    void cut(long lastKept) {
        while (next > first && next - 1 > lastKept) {
            drop(--next);
        }
    }

    private void dropFirst() {
        drop(first++);
    }

    private void drop(long index) {
        LogRecord record = slots.getAndSet(slot(index), null);
        bytes -= record == null ? 0 : size(record);
    }

    private static long size(LogRecord record) {
        ByteBuffer body = record.body();
        return 64L + body.remaining();
    }

    private static int slot(long index) {
        return (int) (index & (SLOTS - 1));
    }
}
