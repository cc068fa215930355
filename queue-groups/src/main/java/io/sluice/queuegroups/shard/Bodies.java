package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogReader;
import io.sluice.queuegroups.machine.EntryMessages;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one lane gets message bodies from: entries used a moment ago, the log's tail cache, and at last the disk, through {@link BodyReaders}.
 *
 * <p>Several groups that wait for one entry cause one read. <em>Confined to:</em> one event loop.
 */
final class Bodies {
    /** A delivery that is a smaller share of its entry is copied, so that a slow client does not keep the whole entry in memory. */
    private static final int COPY_BELOW_SHARE = 4;

    private final LogReader reader;
    private final BodyReaders readers;
    private final EntryCache cache;
    private final Long2ObjectOpenHashMap<List<QueueGroupVerticle>> waiting = new Long2ObjectOpenHashMap<>();

    Bodies(LogReader reader, BodyReaders readers, long cacheBytes) {
        this.reader = reader;
        this.readers = readers;
        this.cache = new EntryCache(cacheBytes);
    }

    /** The entry if it is in memory, else null. */
    @Nullable
    EntryContent inMemory(long index) {
        EntryContent content = cache.get(index);
        if (content == null) {
            ByteBuffer entry = reader.cached(index);
            if (entry != null) {
                content = EntryContent.of(entry);
                cache.put(index, content);
            }
        }
        return content;
    }

    /** Reads the entry from disk; the verticle is told on its context by {@link QueueGroupVerticle#entryArrived}. Asked again meanwhile, nothing more happens. */
    void read(long index, QueueGroupVerticle verticle) {
        List<QueueGroupVerticle> waiters = waiting.get(index);
        if (waiters != null) {
            if (!waiters.contains(verticle)) {
                waiters.add(verticle);
            }
            return;
        }
        waiters = new ArrayList<>(1);
        waiters.add(verticle);
        waiting.put(index, waiters);
        verticle.figures().bodyRead();
        readers.submit(new BodyReaders.Job(verticle.tenantId(), () -> readNow(index, verticle)));
    }

    private void readNow(long index, QueueGroupVerticle verticle) {
        try {
            EntryContent content = EntryContent.of(reader.read(index));
            verticle.onContext(() -> arrived(index, content, null));
        } catch (IOException | RuntimeException e) {
            verticle.onContext(() -> arrived(index, null, e));
        }
    }

    private void arrived(long index, @Nullable EntryContent content, @Nullable Exception failure) {
        if (content != null) {
            cache.put(index, content);
        }
        List<QueueGroupVerticle> waiters = waiting.remove(index);
        if (waiters != null) {
            waiters.forEach(verticle -> verticle.entryArrived(index, content, failure));
        }
    }

    /** An entry and the places of its messages. Immutable. */
    record EntryContent(EntryMessages messages, int sizeBytes) {
        static EntryContent of(ByteBuffer entry) {
            return new EntryContent(EntryMessages.of(entry), entry.remaining());
        }

        ByteBuffer slice(int firstOrdinal, int count) {
            ByteBuffer slice = messages.slice(firstOrdinal, count);
            if ((long) slice.remaining() * COPY_BELOW_SHARE >= sizeBytes) {
                return slice;
            }
            return ByteBuffer.allocate(slice.remaining()).put(slice).flip().asReadOnlyBuffer();
        }
    }
}
