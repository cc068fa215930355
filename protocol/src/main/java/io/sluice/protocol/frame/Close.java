package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Client: ends the connection in order; its consumers end at once. Answered by {@link Closed}. */
public record Close() implements Frame {
    @Override
    public FrameType type() {
        return FrameType.CLOSE;
    }

    @Override
    public void writeBody(ByteBuf out) {}
}
