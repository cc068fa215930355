package io.sluice.log.spi;

import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One file of the disk.
 *
 * <p>Java closes a channel when a thread that reads through it is interrupted. So reads have a channel of their own, opened again
 * when that happens, and an interrupted reader can never take the writer's channel away.
 */
final class DiskFile implements LogFile {
    private final Path path;
    private final @Nullable FileChannel writes;
    private volatile FileChannel reads;
    private volatile boolean closed;

    DiskFile(Path path, boolean writable) throws IOException {
        this.path = path;
        this.reads = FileChannel.open(path, StandardOpenOption.READ);
        this.writes = writable ? FileChannel.open(path, StandardOpenOption.WRITE) : null;
    }

    @Override
    public int read(ByteBuffer target, long offsetBytes) throws IOException {
        int start = target.position();
        boolean interrupted = false;
        try {
            while (target.hasRemaining()) {
                FileChannel channel = reads;
                try {
                    int count = channel.read(target, offsetBytes + target.position() - start);
                    if (count < 0) {
                        break;
                    }
                } catch (ClosedChannelException byInterrupt) {
                    if (closed) {
                        throw byInterrupt;
                    }
                    interrupted |= Thread.interrupted();
                    reopen(channel);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return target.position() - start;
    }

    private synchronized void reopen(FileChannel dead) throws IOException {
        if (reads == dead && !closed) {
            reads = FileChannel.open(path, StandardOpenOption.READ);
        }
    }

    @Override
    public void write(ByteBuffer source, long offsetBytes) throws IOException {
        long at = offsetBytes;
        while (source.hasRemaining()) {
            at += writable().write(source, at);
        }
    }

    @Override
    public void force() throws IOException {
        writable().force(false);
    }

    private FileChannel writable() throws IOException {
        if (writes == null) {
            throw new IOException(path + " is open for reading only");
        }
        return writes;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        reads.close();
        if (writes != null) {
            writes.close();
        }
    }
}
