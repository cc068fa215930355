package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Server: the session is open.
 *
 * @param features bits of {@link Features} that both sides have
 * @param resumeToken secret that lets the next connection of this client take its consumers over
 * @param maxFrameBytes largest frame the server takes, its length field excluded
 * @param maxMessageBytes largest message it takes, the message's length field included
 * @param heartbeatMs the server sends something at least this often, and wants the same of the client
 * @param endpoints {@code host:port} of all nodes
 */
public record Connected(
        int version,
        long features,
        String node,
        String session,
        byte[] resumeToken,
        int maxFrameBytes,
        int maxMessageBytes,
        int heartbeatMs,
        List<String> endpoints)
        implements Frame {
    static Frame read(BodyReader in) {
        return new Connected(
                in.u8("version"),
                in.i64("features"),
                in.string("node"),
                in.string("session"),
                in.bytes("resumeToken"),
                in.u32("maxFrameBytes"),
                in.u32("maxMessageBytes"),
                in.u32("heartbeatMs"),
                in.strings("endpoints"));
    }

    @Override
    public FrameType type() {
        return FrameType.CONNECTED;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeByte(version).writeLong(features);
        BodyWriter.string(out, node);
        BodyWriter.string(out, session);
        BodyWriter.bytes(out, resumeToken);
        out.writeInt(maxFrameBytes).writeInt(maxMessageBytes).writeInt(heartbeatMs);
        BodyWriter.strings(out, endpoints);
    }
}
