package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.ErrorCode;

/**
 * Server: frame ERROR: a request was refused, or (requestId 0) the connection ends.
 *
 * @param requestId of the request that failed, 0 for the connection
 */
public record Failure(int requestId, ErrorCode code, String message) implements Frame {
    static Frame read(BodyReader in) {
        return new Failure(in.u32("requestId"), in.code(), in.string("message"));
    }

    @Override
    public FrameType type() {
        return FrameType.ERROR;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(requestId).writeByte(code.wire());
        BodyWriter.text(out, message);
    }
}
