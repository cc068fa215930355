package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.ErrorCode;

/**
 * Server: these sequences were not stored. They are used up, except under {@code OUT_OF_SEQUENCE} and {@code UNAVAILABLE}: then send them again under
 * the same numbers.
 *
 * @param retryAfterMs 0 where waiting does not help
 */
public record Reject(
        int handle, long firstSequence, long lastSequence, ErrorCode code, String message, int retryAfterMs)
        implements Frame {
    static Frame read(BodyReader in) {
        int handle = in.u32("handle");
        long first = in.u64("firstSequence");
        long last = in.u64("lastSequence");
        if (last < first) {
            in.fail("lastSequence " + last + " is below firstSequence " + first);
        }
        ErrorCode code = in.code();
        int retryAfterMs = in.u32("retryAfterMs");
        return new Reject(handle, first, last, code, in.string("message"), retryAfterMs);
    }

    @Override
    public FrameType type() {
        return FrameType.REJECT;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeLong(firstSequence).writeLong(lastSequence);
        out.writeByte(code.wire()).writeInt(retryAfterMs);
        BodyWriter.text(out, message);
    }
}
