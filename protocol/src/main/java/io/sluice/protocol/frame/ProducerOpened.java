package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Server: the producer may publish, from {@code lastSequence + 1} on.
 *
 * @param lastSequence highest sequence that has an outcome, 0 for a new producer
 * @param creditLimit see {@link PublishCredit}
 */
public record ProducerOpened(int requestId, int handle, long lastSequence, long creditLimit) implements Frame {
    static Frame read(BodyReader in) {
        return new ProducerOpened(in.u32("requestId"), in.u32("handle"), in.u64("lastSequence"), in.u64("creditLimit"));
    }

    @Override
    public FrameType type() {
        return FrameType.PRODUCER_OPENED;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(requestId).writeInt(handle).writeLong(lastSequence).writeLong(creditLimit);
    }
}
