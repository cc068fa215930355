package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One segment file in use.
 *
 * <p>A reader holds the read lock, so that the file is not handed on to another use under it. *Confined to:* reads from any thread.
 */
final class Segment {
    private static final int WINDOW_BYTES = OffsetIndex.STRIDE_BYTES + RecordCodec.HEADER_BYTES;

    final Path path;
    final SegmentHeader header;
    final LogFile file;
    final SegmentContent content;
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private volatile boolean retired;
    private volatile boolean sealed;
    private volatile boolean dead;

    Segment(Path path, SegmentHeader header, LogFile file, SegmentContent content) {
        this.path = path;
        this.header = header;
        this.file = file;
        this.content = content;
    }

    OffsetIndex offsets() {
        return content.offsets;
    }

    boolean isSealed() {
        return sealed;
    }

    void setSealed() {
        sealed = true;
    }

    /** No durable state refers to it any more. */
    boolean isDead() {
        return dead;
    }

    void setDead() {
        dead = true;
    }

    /** Closes it once nobody reads it; its path is free for another use afterwards. */
    void retire() throws IOException {
        use.writeLock().lock();
        try {
            retired = true;
            file.close();
        } finally {
            use.writeLock().unlock();
        }
    }

    /** The record of an index, or null when the segment does not hold it (any more). */
    @Nullable
    LogRecord read(long index) throws IOException {
        use.readLock().lock();
        try {
            return retired || !offsets().contains(index) ? null : find(index);
        } finally {
            use.readLock().unlock();
        }
    }

    private LogRecord find(long index) throws IOException {
        RecordCodec codec = new RecordCodec(header.generation());
        int base = offsets().floorOffset(index);
        ByteBuffer window = window(base);
        int at = base;
        while (true) {
            if (at - base > window.limit() - RecordCodec.HEADER_BYTES) {
                base = at;
                window = window(base);
            }
            RecordHeader found = codec.get(window, at - base);
            if (found == null || found.totalBytes() > header.sizeBytes() - at) {
                throw new DamagedLogException(
                        path.toString(), at, "no valid record header on the way to entry " + index);
            }
            if (found.type().isEntry() && found.index() == index) {
                return new LogRecord(index, found.term(), found.type(), body(codec, found, at, window, base));
            }
            at += found.totalBytes();
        }
    }

    private ByteBuffer window(int offset) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(Math.min(WINDOW_BYTES, header.sizeBytes() - offset));
        file.read(window, offset);
        return window.flip();
    }

    private ByteBuffer body(RecordCodec codec, RecordHeader found, int at, ByteBuffer window, int base)
            throws IOException {
        ByteBuffer body = ByteBuffer.allocate(found.bodyLength());
        int inWindow = at - base + RecordCodec.HEADER_BYTES;
        int here = Math.min(found.bodyLength(), window.limit() - inWindow);
        body.put(window.duplicate().position(inWindow).limit(inWindow + here));
        if (body.hasRemaining()) {
            file.read(body, (long) at + RecordCodec.HEADER_BYTES + here);
        }
        if (body.hasRemaining() || codec.bodyCrc(body.flip()) != found.bodyCrc()) {
            throw new DamagedLogException(path.toString(), at, "the body of entry " + found.index() + " fails its CRC");
        }
        return body.asReadOnlyBuffer();
    }
}
