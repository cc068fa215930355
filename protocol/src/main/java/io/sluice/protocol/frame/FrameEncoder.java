package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/** Frames to bytes: {@code u32 length of the rest, u8 type, body}. Stateless. */
public final class FrameEncoder {
    /** Bytes before the body. */
    public static final int HEAD_BYTES = 5;

    private FrameEncoder() {}

    /** Appends the whole frame. */
    public static void encode(Frame frame, ByteBuf out) {
        encodeHead(frame, out);
        if (frame instanceof Carrier carrier) {
            out.writeBytes(carrier.messages().duplicate());
        }
    }

    /**
     * Appends the frame without its messages, though the length counts them: the caller sends {@link Carrier#messages()} right after, without a copy.
     * The same as {@link #encode} for a frame that carries none.
     */
    public static void encodeHead(Frame frame, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(0);
        out.writeByte(frame.type().number());
        frame.writeBody(out);
        int messageBytes = frame instanceof Carrier carrier ? carrier.messages().remaining() : 0;
        out.setInt(start, out.writerIndex() - start - 4 + messageBytes);
    }
}
