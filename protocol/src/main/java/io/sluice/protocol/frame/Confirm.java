package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Server: these sequences are on disk on a majority. */
public record Confirm(int handle, Ranges sequences) implements Frame {
    static Frame read(BodyReader in) {
        return new Confirm(in.u32("handle"), Ranges.read(in));
    }

    @Override
    public FrameType type() {
        return FrameType.CONFIRM;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle);
        sequences.write(out);
    }
}
