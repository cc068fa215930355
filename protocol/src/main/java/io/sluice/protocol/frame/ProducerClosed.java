package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.ErrorCode;

/** Server: a producer is gone, for example fenced by a newer connection of its name ({@code ALREADY_EXISTS}). */
public record ProducerClosed(int handle, ErrorCode code, String message) implements Frame {
    static Frame read(BodyReader in) {
        return new ProducerClosed(in.u32("handle"), in.code(), in.string("message"));
    }

    @Override
    public FrameType type() {
        return FrameType.PRODUCER_CLOSED;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeByte(code.wire());
        BodyWriter.text(out, message);
    }
}
