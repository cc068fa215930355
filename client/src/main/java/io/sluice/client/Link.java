package io.sluice.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.frame.BadFrame;
import io.sluice.protocol.frame.Carrier;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameEncoder;
import io.sluice.protocol.frame.FrameType.Sender;
import io.sluice.protocol.frame.Heartbeat;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.function.Consumer;

/**
 * One connection: frames in, frames out, and whether either side has been heard lately.
 *
 * <p>Small frames that gather in a turn of the event loop leave in one write at its end. <em>Confined to:</em> the client's event loop.
 */
final class Link {
    private static final int OUT_BYTES = 1024;
    /** Calls of {@link #probe} without an answer after which another server is sought. */
    private static final int MAX_UNANSWERED = 6;

    private final NetSocketInternal socket;
    private final Context loop;
    private final FrameDecoder decoder;
    private Consumer<Frame> frames = frame -> {};
    private Consumer<String> lost = reason -> {};
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private boolean closed;
    private boolean sentSinceTick;
    private int silentTicks;
    private boolean dismissed;
    private boolean sentSinceHeard;
    private int unansweredProbes;

    Link(NetSocketInternal socket, Context loop, int maxFrameBytes) {
        this.socket = socket;
        this.loop = loop;
        this.decoder = new FrameDecoder(Sender.SERVER, maxFrameBytes);
        socket.handler(this::received);
        socket.exceptionHandler(failure -> end("connection failed: " + failure.getMessage()));
        socket.closeHandler(nothing -> end("connection closed by the server"));
    }

    /**
     * @param onFrame takes each frame
     * @param onLost told once why the connection ended, unless {@link #close} ended it
     */
    void handlers(Consumer<Frame> onFrame, Consumer<String> onLost) {
        frames = onFrame;
        lost = onLost;
    }

    /** Sends at the end of this turn. */
    void send(Frame frame) {
        if (closed) {
            return;
        }
        if (!out.isReadable()) {
            out = Unpooled.buffer(OUT_BYTES);
            loop.runOnContext(nothing -> flush());
        }
        FrameEncoder.encode(frame, out);
    }

    /** Sends now, the messages without a copy; {@code body} stays the caller's. */
    void sendNow(Carrier frame, ByteBuf body) {
        if (closed) {
            return;
        }
        flush();
        ByteBuf head = Unpooled.buffer(256);
        FrameEncoder.encodeHead(frame, head);
        write(Unpooled.wrappedBuffer(head, body.retainedDuplicate()));
    }

    void flush() {
        if (out.isReadable() && !closed) {
            ByteBuf bytes = out;
            out = Unpooled.EMPTY_BUFFER;
            write(bytes);
        }
    }

    private void write(ByteBuf bytes) {
        sentSinceTick = true;
        sentSinceHeard = true;
        Future<Void> written = socket.writeMessage(bytes);
        written.onFailure(failure -> end("write failed: " + failure.getMessage()));
    }

    /**
     * To be called twice a heartbeat interval.
     *
     * @return whether a heartbeat is due because nothing was sent since the last tick
     */
    boolean tick(int maxSilentTicks) {
        silentTicks++;
        if (silentTicks > maxSilentTicks) {
            end("the server was silent for " + silentTicks / 2.0 + " heartbeat intervals");
            return false;
        }
        boolean due = !sentSinceTick;
        sentSinceTick = false;
        return due;
    }

    /** To be called regularly: asks a server for a sign of life that has been silent since something was sent to it. A server answers that at once. */
    void probe() {
        if (sentSinceHeard && ++unansweredProbes > 1) {
            send(new Heartbeat());
        }
    }

    /** The server asked its clients to go elsewhere. */
    void dismissed() {
        dismissed = true;
    }

    /** Whether another server would be better: this one sends its clients away, or does not answer. */
    boolean isToBeLeft() {
        return dismissed || unansweredProbes >= MAX_UNANSWERED;
    }

    /** Closes without telling {@code onLost}; what was sent before still goes out. */
    void close() {
        flush();
        if (!closed) {
            closed = true;
            socket.close();
        }
    }

    private void received(Buffer buffer) {
        silentTicks = 0;
        sentSinceHeard = false;
        unansweredProbes = 0;
        BadFrame bad = closed ? null : decoder.decode(((BufferInternal) buffer).getByteBuf(), this::dispatch);
        if (bad != null) {
            end("the server sent something that is no frame, at byte " + bad.offset() + ": " + bad.message());
        }
    }

    /** A frame before this one may have ended the connection. */
    private void dispatch(Frame frame) {
        if (!closed) {
            frames.accept(frame);
        }
    }

    private void end(String reason) {
        if (!closed) {
            closed = true;
            socket.close();
            lost.accept(reason);
        }
    }
}
