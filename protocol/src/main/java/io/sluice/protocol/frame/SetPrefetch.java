package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Client: changes a consumer's prefetch; see {@link Subscribe}. */
public record SetPrefetch(int handle, int prefetchCount, int prefetchBytes) implements Frame {
    static Frame read(BodyReader in) {
        return new SetPrefetch(in.u32("handle"), in.u32("prefetchCount"), in.u32("prefetchBytes"));
    }

    @Override
    public FrameType type() {
        return FrameType.SET_PREFETCH;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeInt(prefetchCount).writeInt(prefetchBytes);
    }
}
