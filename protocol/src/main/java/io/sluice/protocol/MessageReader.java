package io.sluice.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads headers and body of a message that {@link MessageValidator} has passed; never moves the buffer. Stateless. */
public final class MessageReader {
    private MessageReader() {}

    /** The headers in the order in which they were sent, empty where there are none. */
    public static Map<String, String> headers(ByteBuffer buffer, int position) {
        if ((MessageFormat.flags(buffer, position) & MessageFormat.HAS_HEADERS) == 0) {
            return Map.of();
        }
        int at = MessageFormat.headersPosition(buffer, position) + 4;
        int count = buffer.getShort(at) & 0xFFFF;
        at += 2;
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int nameBytes = buffer.getShort(at) & 0xFFFF;
            int valueAt = at + 2 + nameBytes + 4;
            int valueBytes = buffer.getInt(valueAt - 4);
            headers.put(text(buffer, at + 2, nameBytes), text(buffer, valueAt, valueBytes));
            at = valueAt + valueBytes;
        }
        return headers;
    }

    /** Length of the body as sent. */
    public static int bodyBytes(ByteBuffer buffer, int position) {
        return position + MessageFormat.sizeBytes(buffer, position) - MessageFormat.bodyPosition(buffer, position);
    }

    /** A copy of the body as sent: compressed if the flags say so. */
    public static byte[] body(ByteBuffer buffer, int position) {
        byte[] body = new byte[bodyBytes(buffer, position)];
        buffer.get(MessageFormat.bodyPosition(buffer, position), body);
        return body;
    }

    private static String text(ByteBuffer buffer, int position, int bytes) {
        byte[] copy = new byte[bytes];
        buffer.get(position, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }
}
