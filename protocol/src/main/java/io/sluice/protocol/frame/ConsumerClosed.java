package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.ErrorCode;

/** Server: a consumer is gone; {@code code} is {@code NOT_FOUND} after its own {@link Unsubscribe} or when its queue was deleted. */
public record ConsumerClosed(int handle, ErrorCode code, String message) implements Frame {
    static Frame read(BodyReader in) {
        return new ConsumerClosed(in.u32("handle"), in.code(), in.string("message"));
    }

    @Override
    public FrameType type() {
        return FrameType.CONSUMER_CLOSED;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeByte(code.wire());
        BodyWriter.text(out, message);
    }
}
