package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Client: these tags are done. Acking a tag that is not checked out is harmless. Counted by {@link Settled}. */
public record Ack(int handle, Ranges tags) implements Frame {
    static Frame read(BodyReader in) {
        return new Ack(in.u32("handle"), Ranges.read(in));
    }

    @Override
    public FrameType type() {
        return FrameType.ACK;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle);
        tags.write(out);
    }
}
