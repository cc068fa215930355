package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Server: how far a producer may go.
 *
 * @param limitBytes sum of the bytes of all messages published under this handle since it was opened that is allowed; never falls. While
 * some is left and nothing is unconfirmed, one message larger than that may be sent.
 */
public record PublishCredit(int handle, long limitBytes) implements Frame {
    static Frame read(BodyReader in) {
        return new PublishCredit(in.u32("handle"), in.u64("limitBytes"));
    }

    @Override
    public FrameType type() {
        return FrameType.PUBLISH_CREDIT;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeLong(limitBytes);
    }
}
