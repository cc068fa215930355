package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Server: ACK and NACK frames of a consumer are numbered 1, 2, 3 … by their order under a handle; these are applied. A client resends later ones when it
 * resumes the consumer on another connection. Sent when convenient, never waited for.
 *
 * @param frames number of the last one applied
 */
public record Settled(int handle, long frames) implements Frame {
    static Frame read(BodyReader in) {
        return new Settled(in.u32("handle"), in.u64("frames"));
    }

    @Override
    public FrameType type() {
        return FrameType.SETTLED;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeLong(frames);
    }
}
