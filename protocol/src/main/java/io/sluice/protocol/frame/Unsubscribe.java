package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Client: ends a consumer; what it has checked out returns to the queue. Answered by {@link ConsumerClosed}. */
public record Unsubscribe(int handle) implements Frame {
    static Frame read(BodyReader in) {
        return new Unsubscribe(in.u32("handle"));
    }

    @Override
    public FrameType type() {
        return FrameType.UNSUBSCRIBE;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle);
    }
}
