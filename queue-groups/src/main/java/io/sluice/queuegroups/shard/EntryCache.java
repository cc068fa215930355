package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.shard.Bodies.EntryContent;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries used last, with the places of their messages; bounded in bytes. An applied entry never changes, so what is kept is always right.
 *
 * <p><em>Confined to:</em> one event loop.
 */
final class EntryCache {
    private final Long2ObjectLinkedOpenHashMap<EntryContent> entries = new Long2ObjectLinkedOpenHashMap<>();
    private final long maxBytes;
    private long bytes;

    EntryCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Nullable
    EntryContent get(long index) {
        return entries.getAndMoveToLast(index);
    }

    void put(long index, EntryContent entry) {
        @Nullable EntryContent before = entries.putAndMoveToLast(index, entry);
        bytes += entry.sizeBytes() - (before == null ? 0 : before.sizeBytes());
        while (bytes > maxBytes) {
            bytes -= entries.removeFirst().sizeBytes();
        }
    }
}
