package io.sluice.log.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of one segment read ahead, and where the last entry found in them ended.
 *
 * <p>Its bytes may be older than the entry that is looked for (it was not yet written when they were read): whoever finds something invalid loads
 * again at that place before calling it damage. *Confined to:* one reader at a time.
 */
final class ReadWindow {
    private final ByteBuffer bytes;
    private @Nullable Segment owner;
    private int base;
    private long nextIndex = -1;
    private int nextOffset;

    ReadWindow(int capacityBytes) {
        this.bytes = ByteBuffer.allocate(capacityBytes).limit(0);
    }

    /** Where to start looking for an entry: at a point before it, or later if the entry before it was found last. */
    int startOffset(Segment segment, long index, int pointOffset) {
        return owner == segment && nextIndex == index ? Math.max(pointOffset, nextOffset) : pointOffset;
    }

    void foundBefore(long index, int offset) {
        nextIndex = index;
        nextOffset = offset;
    }

    /** Whether the bytes start exactly here: then loading again would tell nothing new, unless they are from before. */
    boolean startsAt(Segment segment, int offset) {
        return owner == segment && base == offset;
    }

    boolean covers(Segment segment, int offset, int length) {
        return owner == segment && offset >= base && offset - base <= bytes.limit() - length;
    }

    void load(Segment segment, int offset) throws IOException {
        bytes.clear();
        bytes.limit(Math.min(bytes.capacity(), segment.header.sizeBytes() - offset));
        owner = null;
        segment.file.read(bytes, offset);
        bytes.flip();
        owner = segment;
        base = offset;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int position(int offset) {
        return offset - base;
    }
}
