package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Server: last frame after {@link Close}. */
public record Closed() implements Frame {
    @Override
    public FrameType type() {
        return FrameType.CLOSED;
    }

    @Override
    public void writeBody(ByteBuf out) {}
}
