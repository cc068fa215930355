package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the field kinds that a {@link ByteBuf} does not know. */
final class BodyWriter {
    /** Longest text for people in a frame; more is cut. */
    static final int MAX_TEXT_CHARS = 4096;

    private BodyWriter() {}

    static void string(ByteBuf out, String value) {
        int bytes = ByteBufUtil.utf8Bytes(value);
        if (bytes > 0xFFFF) {
            throw new IllegalArgumentException("a string of " + bytes + " bytes does not fit a frame, at most 65535");
        }
        out.writeShort(bytes);
        out.writeCharSequence(value, StandardCharsets.UTF_8);
    }

    /** Text for people: cut rather than refused. */
    static void text(ByteBuf out, String value) {
        string(out, value.length() <= MAX_TEXT_CHARS ? value : value.substring(0, MAX_TEXT_CHARS));
    }

    static void bytes(ByteBuf out, byte[] value) {
        if (value.length > 0xFFFF) {
            throw new IllegalArgumentException(value.length + " bytes do not fit a field, at most 65535");
        }
        out.writeShort(value.length);
        out.writeBytes(value);
    }

    static void strings(ByteBuf out, List<String> values) {
        out.writeShort(values.size());
        values.forEach(value -> string(out, value));
    }
}
