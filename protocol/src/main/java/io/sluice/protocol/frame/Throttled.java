package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Server: a rate limit holds this connection back; said once an episode.
 *
 * @param limit for example {@code publish.messagesPerSecond}
 * @param scope for example {@code tenant}
 * @param waitMs until the debt is paid
 * @param tokensLeft negative when in debt
 */
public record Throttled(String limit, String scope, int waitMs, long tokensLeft) implements Frame {
    static Frame read(BodyReader in) {
        return new Throttled(in.string("limit"), in.string("scope"), in.u32("waitMs"), in.i64("tokensLeft"));
    }

    @Override
    public FrameType type() {
        return FrameType.THROTTLED;
    }

    @Override
    public void writeBody(ByteBuf out) {
        BodyWriter.string(out, limit);
        BodyWriter.string(out, scope);
        out.writeInt(waitMs).writeLong(tokensLeft);
    }
}
