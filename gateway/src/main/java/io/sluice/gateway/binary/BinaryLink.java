package io.sluice.gateway.binary;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.link.Outflow;
import io.sluice.gateway.link.Wire;
import io.sluice.gateway.session.GatewayMeters.LinkMeters;
import io.sluice.gateway.session.Turn;
import io.sluice.gateway.spi.ClientLink;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameEncoder;
import org.jspecify.annotations.Nullable;

/** Frames to one binary client: what a turn makes is encoded into one buffer and written once. */
final class BinaryLink implements ClientLink {
    private static final int FIRST_BUFFER_BYTES = 512;
    private static final int LARGEST_FIRST_BUFFER_BYTES = 64 * 1024;

    private final Wire wire;
    private final Turn turn;
    private final LinkMeters meters;
    private final Outflow outflow;
    private final Runnable flush = this::flush;
    private @Nullable ByteBuf gathered;
    private int lastBytes = FIRST_BUFFER_BYTES;
    private boolean closed;

    /** @param spareBytes see {@link Outflow} */
    BinaryLink(Wire wire, Turn turn, LinkMeters meters, long spareBytes) {
        this.wire = wire;
        this.turn = turn;
        this.meters = meters;
        this.outflow = new Outflow(spareBytes, this::abort);
    }

    Outflow outflow() {
        return outflow;
    }

    @Override
    public String remoteHost() {
        return wire.remoteHost();
    }

    @Override
    public boolean resumable() {
        return true;
    }

    @Override
    public void send(Frame frame) {
        if (closed) {
            return;
        }
        ByteBuf buffer = gathered;
        if (buffer == null) {
            // As much as last time: growing a buffer means copying it.
            buffer = wire.buffer(Math.min(lastBytes, LARGEST_FIRST_BUFFER_BYTES));
            gathered = buffer;
            turn.atEnd(flush);
        }
        FrameEncoder.encode(frame, buffer);
        meters.framesOut().add(1);
    }

    private void flush() {
        ByteBuf buffer = gathered;
        if (buffer == null) {
            return;
        }
        gathered = null;
        if (closed) {
            buffer.release();
            return;
        }
        lastBytes = Math.max(FIRST_BUFFER_BYTES, buffer.readableBytes());
        meters.bytesOut().add(buffer.readableBytes());
        int bytes = buffer.readableBytes();
        outflow.wrote(bytes, wire.write(buffer));
    }

    @Override
    public boolean writable() {
        return !closed && outflow.writable(gathered == null ? 0 : gathered.readableBytes());
    }

    @Override
    public void close() {
        if (!closed) {
            flush();
            closed = true;
            wire.close();
        }
    }

    @Override
    public void abort() {
        closed = true;
        flush();
        wire.abort();
    }
}
