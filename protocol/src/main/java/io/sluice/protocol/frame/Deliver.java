package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.MessageFormat;
import java.nio.ByteBuffer;

/**
 * Server: messages checked out to a consumer, tags {@code firstTag … firstTag + count - 1}.
 *
 * @param deliveryCount 1 for the first delivery; the same for all of the frame
 * @param timestampMs when they were published
 */
public record Deliver(int handle, long firstTag, int count, int deliveryCount, long timestampMs, ByteBuffer messages)
        implements Carrier {
    static Frame read(BodyReader in) {
        int handle = in.u32("handle");
        long firstTag = in.u64("firstTag");
        int count = in.u32("count");
        int deliveryCount = in.u32("deliveryCount");
        long timestampMs = in.i64("timestampMs");
        int bytes = in.u32("bytes");
        if ((long) count * MessageFormat.FIXED_BYTES > bytes) {
            in.fail("count is " + count + ", but there are only " + bytes + " bytes of messages");
        }
        return new Deliver(handle, firstTag, count, deliveryCount, timestampMs, in.view("messages", bytes));
    }

    @Override
    public FrameType type() {
        return FrameType.DELIVER;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeLong(firstTag).writeInt(count).writeInt(deliveryCount);
        out.writeLong(timestampMs).writeInt(messages.remaining());
    }
}
