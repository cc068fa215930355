package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Client: these tags were not done. Counted by {@link Settled}.
 *
 * @param discard dead-letter (or drop) instead of redelivering
 * @param delayMs before the redelivery, {@link #QUEUE_BACKOFF} for the queue's own back-off; without meaning where {@code discard}
 */
public record Nack(int handle, boolean discard, long delayMs, Ranges tags) implements Frame {
    public static final long QUEUE_BACKOFF = -1;

    static Frame read(BodyReader in) {
        int handle = in.u32("handle");
        int outcome = in.u8("outcome");
        if (outcome != 1 && outcome != 2) {
            in.fail("outcome must be 1 (requeue) or 2 (discard), got " + outcome);
        }
        long delayMs = in.i64("delayMs");
        if (delayMs < QUEUE_BACKOFF) {
            in.fail("delayMs must be -1 or more, got " + delayMs);
        }
        return new Nack(handle, outcome == 2, delayMs, Ranges.read(in));
    }

    @Override
    public FrameType type() {
        return FrameType.NACK;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeByte(discard ? 2 : 1).writeLong(delayMs);
        tags.write(out);
    }
}
