package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Client: wants to publish to a group; answered by {@link ProducerOpened} or {@link Failure}.
 *
 * @param rejectOverRate whether publishes over a rate are rejected at once instead of paced
 * @param producerName unique in the group, fences an older connection of the same name; empty for a producer of this connection only
 */
public record OpenProducer(int requestId, boolean rejectOverRate, String group, String producerName) implements Frame {
    static Frame read(BodyReader in) {
        return new OpenProducer(
                in.u32("requestId"), in.u8("overRate") == 1, in.string("group"), in.string("producerName"));
    }

    @Override
    public FrameType type() {
        return FrameType.OPEN_PRODUCER;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(requestId).writeByte(rejectOverRate ? 1 : 0);
        BodyWriter.string(out, group);
        BodyWriter.string(out, producerName);
    }
}
