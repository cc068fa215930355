package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Client: publishes no more under this handle. What is under way is still confirmed or rejected.
 *
 * @param forget drop the producer's sequences: its name will not be opened again to resend
 */
public record CloseProducer(int handle, boolean forget) implements Frame {
    static Frame read(BodyReader in) {
        return new CloseProducer(in.u32("handle"), in.u8("flags") == 1);
    }

    @Override
    public FrameType type() {
        return FrameType.CLOSE_PRODUCER;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeByte(forget ? 1 : 0);
    }
}
