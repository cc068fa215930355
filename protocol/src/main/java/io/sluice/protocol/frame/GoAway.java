package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.ErrorCode;
import java.util.List;

/**
 * Server: this connection will end soon; connect elsewhere and resume there.
 *
 * @param endpoints {@code host:port} to go to; empty: any seed
 */
public record GoAway(ErrorCode code, String message, List<String> endpoints) implements Frame {
    static Frame read(BodyReader in) {
        return new GoAway(in.code(), in.string("message"), in.strings("endpoints"));
    }

    @Override
    public FrameType type() {
        return FrameType.GOAWAY;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeByte(code.wire());
        BodyWriter.text(out, message);
        BodyWriter.strings(out, endpoints);
    }
}
