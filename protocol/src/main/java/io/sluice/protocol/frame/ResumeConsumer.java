package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Client: takes over a consumer of the connection whose resume token CONNECT carried, on whichever node that was; answered by {@link Subscribed} (tags go
 * on), or by {@link Failure} with {@code NOT_FOUND} after the grace: then subscribe anew.
 *
 * @param consumerId from the {@link Subscribed} of the old connection
 * @param lastTag highest tag received; what was sent above it comes again under the same tags
 * @param prefetchCount as in {@link Subscribe}, in force from now on; 0 from a client that does not say what follows: it can't resume
 * @param prefetchBytes as in {@link Subscribe}
 * @param queue that the consumer reads, as {@code group/queue}
 */
public record ResumeConsumer(
        int requestId, long consumerId, long lastTag, int prefetchCount, int prefetchBytes, String queue)
        implements Frame {
    static Frame read(BodyReader in) {
        int requestId = in.u32("requestId");
        long consumerId = in.i64("consumerId");
        long lastTag = in.u64("lastTag");
        // The first clients ended here.
        return in.atEnd()
                ? new ResumeConsumer(requestId, consumerId, lastTag, 0, 0, "")
                : new ResumeConsumer(
                        requestId,
                        consumerId,
                        lastTag,
                        in.u32("prefetchCount"),
                        in.u32("prefetchBytes"),
                        in.string("queue"));
    }

    @Override
    public FrameType type() {
        return FrameType.RESUME_CONSUMER;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(requestId).writeLong(consumerId).writeLong(lastTag);
        out.writeInt(prefetchCount).writeInt(prefetchBytes);
        BodyWriter.string(out, queue);
    }
}
