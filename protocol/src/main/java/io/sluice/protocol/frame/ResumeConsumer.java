package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Client: takes over a consumer of the connection whose resume token CONNECT carried; answered by {@link Subscribed} (tags go on), or by
 * {@link Failure} with {@code NOT_FOUND} after the grace: then subscribe anew.
 *
 * @param consumerId from the {@link Subscribed} of the old connection
 * @param lastTag highest tag received; what was sent above it comes again under the same tags
 */
public record ResumeConsumer(int requestId, long consumerId, long lastTag) implements Frame {
    static Frame read(BodyReader in) {
        return new ResumeConsumer(in.u32("requestId"), in.i64("consumerId"), in.u64("lastTag"));
    }

    @Override
    public FrameType type() {
        return FrameType.RESUME_CONSUMER;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(requestId).writeLong(consumerId).writeLong(lastTag);
    }
}
