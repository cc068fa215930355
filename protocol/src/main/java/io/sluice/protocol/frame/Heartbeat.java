package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Both: I am alive. Sent when nothing else was sent for a heartbeat interval. */
public record Heartbeat() implements Frame {
    @Override
    public FrameType type() {
        return FrameType.HEARTBEAT;
    }

    @Override
    public void writeBody(ByteBuf out) {}
}
