package io.sluice.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Gives messages the wire form of {@link MessageFormat}, the checksum of the body included. Stateless. */
public final class MessageWriter {
    private MessageWriter() {}

    /** What keeps a message from being published, for people, or null. The size as a whole is the server's to bound. */
    public static @Nullable String problem(Message message) {
        if (ByteBufUtil.utf8Bytes(message.key()) > MessageValidator.MAX_KEY_BYTES) {
            return "key is longer than " + MessageValidator.MAX_KEY_BYTES + " bytes";
        }
        if (message.ttlMs() < 0 || message.ttlMs() > MessageValidator.MAX_DURATION_MS) {
            return "ttlMs is " + message.ttlMs() + ", allowed are 0 to " + MessageValidator.MAX_DURATION_MS;
        }
        if (message.delayMs() < 0 || message.delayMs() > MessageValidator.MAX_DURATION_MS) {
            return "delayMs is " + message.delayMs() + ", allowed are 0 to " + MessageValidator.MAX_DURATION_MS;
        }
        if (message.priority() < Message.NO_PRIORITY || message.priority() > 9) {
            return "priority is " + message.priority() + ", allowed are 0 to 9";
        }
        return message.headers().isEmpty() ? null : headersProblem(message.headers());
    }

    private static @Nullable String headersProblem(Map<String, String> headers) {
        if (headers.size() > MessageValidator.MAX_HEADERS) {
            return headers.size() + " headers, at most " + MessageValidator.MAX_HEADERS + " are allowed";
        }
        if (headers.containsKey("")) {
            return "a header has an empty name";
        }
        int bytes = headersBytes(headers);
        return bytes > MessageValidator.MAX_HEADERS_BYTES
                ? "headers of " + bytes + " bytes, at most " + MessageValidator.MAX_HEADERS_BYTES + " are allowed"
                : null;
    }

    /** Bytes of the wire form, the length field included. */
    public static int sizeBytes(Message message) {
        int bytes = MessageFormat.FIXED_BYTES + message.body().length;
        if (!message.key().isEmpty()) {
            bytes += 2 + ByteBufUtil.utf8Bytes(message.key());
        }
        if (!message.headers().isEmpty()) {
            bytes += 4 + headersBytes(message.headers());
        }
        bytes += message.ttlMs() > 0 ? 8 : 0;
        bytes += message.delayMs() > 0 ? 8 : 0;
        bytes += message.priority() >= 0 ? 1 : 0;
        return bytes + (message.uncompressedBytes() >= 0 ? 4 : 0);
    }

    /** Appends the wire form of a message without a {@link #problem}. */
    public static void write(Message message, ByteBuf out) {
        write(message, crc(message.body()), out);
    }

    /**
     * As {@link #write(Message, ByteBuf)}, for callers that computed the checksum elsewhere.
     *
     * @param bodyCrc {@link #crc} of the body as sent
     */
    public static void write(Message message, int bodyCrc, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(0).writeByte(flags(message)).writeInt(bodyCrc);
        if (!message.key().isEmpty()) {
            string16(message.key(), out);
        }
        if (!message.headers().isEmpty()) {
            writeHeaders(message.headers(), out);
        }
        if (message.ttlMs() > 0) {
            out.writeLong(message.ttlMs());
        }
        if (message.delayMs() > 0) {
            out.writeLong(message.delayMs());
        }
        if (message.priority() >= 0) {
            out.writeByte(message.priority());
        }
        if (message.uncompressedBytes() >= 0) {
            out.writeInt(message.uncompressedBytes());
        }
        out.writeBytes(message.body());
        out.setInt(start, out.writerIndex() - start - 4);
    }

    /** The wire form in a buffer of its own. */
    public static ByteBuffer toBuffer(Message message) {
        ByteBuf out = Unpooled.buffer(sizeBytes(message));
        write(message, out);
        return out.nioBuffer();
    }

    /** CRC32C of a body as sent. */
    public static int crc(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body, 0, body.length);
        return (int) crc.getValue();
    }

    private static int flags(Message message) {
        int flags = message.key().isEmpty() ? 0 : MessageFormat.HAS_KEY;
        flags |= message.headers().isEmpty() ? 0 : MessageFormat.HAS_HEADERS;
        flags |= message.ttlMs() > 0 ? MessageFormat.HAS_TTL : 0;
        flags |= message.delayMs() > 0 ? MessageFormat.HAS_DELAY : 0;
        flags |= message.priority() >= 0 ? MessageFormat.HAS_PRIORITY : 0;
        return flags | (message.uncompressedBytes() >= 0 ? MessageFormat.COMPRESSED_LZ4 : 0);
    }

    private static void writeHeaders(Map<String, String> headers, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(0).writeShort(headers.size());
        headers.forEach((name, value) -> {
            string16(name, out);
            out.writeInt(ByteBufUtil.utf8Bytes(value));
            out.writeCharSequence(value, StandardCharsets.UTF_8);
        });
        out.setInt(start, out.writerIndex() - start - 4);
    }

    private static void string16(String value, ByteBuf out) {
        out.writeShort(ByteBufUtil.utf8Bytes(value));
        out.writeCharSequence(value, StandardCharsets.UTF_8);
    }

    private static int headersBytes(Map<String, String> headers) {
        int bytes = 2;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            bytes += 6 + ByteBufUtil.utf8Bytes(header.getKey()) + ByteBufUtil.utf8Bytes(header.getValue());
        }
        return bytes;
    }
}
