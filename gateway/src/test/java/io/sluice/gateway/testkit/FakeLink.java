package io.sluice.gateway.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.gateway.spi.ClientLink;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameEncoder;
import io.sluice.protocol.frame.FrameType;
import java.util.ArrayList;
import java.util.List;

/** A client's side of a connection that keeps what it is sent, in the form that went over the wire. */
public final class FakeLink implements ClientLink {
    private final String host;
    private final List<Frame> frames = new ArrayList<>();
    public boolean readable = true;
    public boolean resumable = true;
    private boolean closed;

    public FakeLink(String host) {
        this.host = host;
    }

    @Override
    public String remoteHost() {
        return host;
    }

    @Override
    public boolean resumable() {
        return resumable;
    }

    @Override
    public void send(Frame frame) {
        if (!closed) {
            ByteBuf bytes = Unpooled.buffer();
            FrameEncoder.encode(frame, bytes);
            Object bad = new FrameDecoder(FrameType.Sender.SERVER, 1 << 24).decode(bytes, frames::add);
            if (bad != null) {
                throw new IllegalStateException("the gateway made a frame that can't be read: " + bad);
            }
        }
    }

    @Override
    public boolean writable() {
        return readable && !closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void abort() {
        closed = true;
    }

    public boolean closed() {
        return closed;
    }

    public List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** The frames of a type, oldest first. */
    public <T extends Frame> List<T> all(Class<T> type) {
        return frames.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The newest frame of a type. */
    public <T extends Frame> T last(Class<T> type) {
        List<T> all = all(type);
        if (all.isEmpty()) {
            throw new AssertionError("no " + type.getSimpleName() + " among " + frames);
        }
        return all.get(all.size() - 1);
    }

    public void forget() {
        frames.clear();
    }
}
