package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Client: first frame of a connection; answered by {@link Connected}, or by {@link Failure} and the end.
 *
 * @param minVersion lowest protocol version the client speaks
 * @param maxVersion highest; the server picks one of both
 * @param features bits of {@link Features} that the client can use
 * @param heartbeatMs how often the client wants to hear from the server, 0 for the server's choice
 * @param clientName any name, for logs and consoles
 * @param resumeToken of an earlier {@link Connected} whose consumers are to be resumed, or empty
 */
public record Connect(
        int minVersion,
        int maxVersion,
        long features,
        int heartbeatMs,
        String tenant,
        String key,
        String clientName,
        byte[] resumeToken)
        implements Frame {
    /** "SLUI": tells a stray client of another protocol at once. */
    public static final int MAGIC = 0x534C5549;

    /** The protocol version of this release. */
    public static final int VERSION = 1;

    /** Without the key. */
    @Override
    public String toString() {
        return "Connect[" + tenant + ", " + clientName + ", versions " + minVersion + "-" + maxVersion + "]";
    }

    static Frame read(BodyReader in) {
        int magic = in.u32("magic");
        if (magic != MAGIC) {
            in.fail("CONNECT does not begin with SLUI: this is not a Sluice client");
        }
        return new Connect(
                in.u8("minVersion"),
                in.u8("maxVersion"),
                in.i64("features"),
                in.u32("heartbeatMs"),
                in.string("tenant"),
                in.string("key"),
                in.string("clientName"),
                in.bytes("resumeToken"));
    }

    @Override
    public FrameType type() {
        return FrameType.CONNECT;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(MAGIC).writeByte(minVersion).writeByte(maxVersion);
        out.writeLong(features).writeInt(heartbeatMs);
        BodyWriter.string(out, tenant);
        BodyWriter.string(out, key);
        BodyWriter.string(out, clientName);
        BodyWriter.bytes(out, resumeToken);
    }
}
