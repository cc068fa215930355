package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Server: the consumer exists, deliveries follow.
 *
 * @param consumerId names it in a later {@link ResumeConsumer}; of no other meaning
 */
public record Subscribed(int requestId, int handle, long consumerId) implements Frame {
    static Frame read(BodyReader in) {
        return new Subscribed(in.u32("requestId"), in.u32("handle"), in.i64("consumerId"));
    }

    @Override
    public FrameType type() {
        return FrameType.SUBSCRIBED;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(requestId).writeInt(handle).writeLong(consumerId);
    }
}
