package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer;
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

    void setDead(boolean isDead) {
        dead = isDead;
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    /** Came with a snapshot instead of being written here. */
    boolean isInstalled() {
        return name().endsWith(InstalledName.SUFFIX);
    }

    /** Gives its file one more name. */
    void linkTo(FileLayer files, Path link) throws IOException {
        use.readLock().lock();
        try {
            if (retired || !sealed) {
                throw new IOException(path + (retired ? " was released" : " is not sealed") + ": it cannot be linked");
            }
            files.link(path, link);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Puts a damaged record right; true too when the file is no longer this segment's, so that who reads looks elsewhere. */
    boolean repair(FileLayer files, long offset, RecordSource source) throws IOException {
        use.readLock().lock();
        try {
            return retired || new RecordRepair(files, path, source).repair(offset);
        } finally {
            use.readLock().unlock();
        }
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
    LogRecord read(long index, ReadWindow window) throws IOException {
        use.readLock().lock();
        try {
            return retired || !offsets().contains(index) ? null : find(index, window);
        } finally {
            use.readLock().unlock();
        }
    }

    private LogRecord find(long index, ReadWindow window) throws IOException {
        RecordCodec codec = new RecordCodec(header.generation());
        int at = window.startOffset(this, index, offsets().floorOffset(index));
        boolean fresh = false;
        while (true) {
            if (!window.covers(this, at, RecordCodec.HEADER_BYTES)) {
                window.load(this, at);
                fresh = true;
            }
            RecordHeader found = codec.get(window.bytes(), window.position(at));
            boolean valid = found != null && found.totalBytes() <= header.sizeBytes() - at;
            if (found != null && valid && !(found.type().isEntry() && found.index() == index)) {
                at += found.totalBytes();
                continue;
            }
            ByteBuffer body = found != null && valid ? body(codec, found, at, window) : null;
            if (found != null && body != null) {
                window.foundBefore(index + 1, at + found.totalBytes());
                return new LogRecord(index, found.term(), found.type(), body);
            }
            if (fresh && window.startsAt(this, at)) {
                throw new DamagedLogException(path.toString(), at, "entry " + index + " is not there as written");
            }
            window.load(this, at);
            fresh = true;
        }
    }

    private @Nullable ByteBuffer body(RecordCodec codec, RecordHeader found, int at, ReadWindow window)
            throws IOException {
        ByteBuffer body = ByteBuffer.allocate(found.bodyLength());
        int start = window.position(at) + RecordCodec.HEADER_BYTES;
        int here = Math.min(found.bodyLength(), window.bytes().limit() - start);
        body.put(window.bytes().duplicate().limit(start + here).position(start));
        if (body.hasRemaining()) {
            file.read(body, (long) at + RecordCodec.HEADER_BYTES + here);
        }
        boolean whole = !body.hasRemaining() && codec.bodyCrc(body.flip()) == found.bodyCrc();
        return whole ? body.asReadOnlyBuffer() : null;
    }
}
