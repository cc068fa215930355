package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Client: wants to consume a queue; answered by {@link Subscribed} or {@link Failure}.
 *
 * @param prefetchCount most messages unacked at once, at least 1
 * @param prefetchBytes most bytes unacked at once (one message may always be out), 0 for no bound
 * @param queue {@code group/queue}
 */
public record Subscribe(int requestId, int prefetchCount, int prefetchBytes, String queue) implements Frame {
    static Frame read(BodyReader in) {
        return new Subscribe(in.u32("requestId"), in.u32("prefetchCount"), in.u32("prefetchBytes"), in.string("queue"));
    }

    @Override
    public FrameType type() {
        return FrameType.SUBSCRIBE;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(requestId).writeInt(prefetchCount).writeInt(prefetchBytes);
        BodyWriter.string(out, queue);
    }
}
