package io.sluice.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The one encoding of a message, on the wire, in the log and in deliveries, so that a broker copies messages and never rewrites them.
 *
 * <p>Layout, big-endian: {@code u32 length of all that follows, u8 flags, u32 CRC32C of the body as sent (compressed if it is),} then as the flags say
 * {@code [key: u16 length, bytes] [headers: u32 length, bytes] [u64 ttlMs] [u64 delayMs] [u8 priority] [u32 uncompressed length]}, then the body to the end.
 * Headers are {@code u16 count, then (u16 length, UTF-8 name, u32 length, UTF-8 value)} each.
 *
 * <p>All methods read by absolute position and never move the buffer. They trust a message that {@link MessageValidator} has passed.
 */
public final class MessageFormat {
    public static final int HAS_KEY = 1;
    public static final int HAS_HEADERS = 2;
    public static final int HAS_TTL = 4;
    public static final int HAS_DELAY = 8;
    public static final int HAS_PRIORITY = 16;
    public static final int COMPRESSED_LZ4 = 32;

    /** Bytes before the optional fields: length, flags, checksum. */
    public static final int FIXED_BYTES = 9;

    private MessageFormat() {}

    /** Bytes of the message at {@code position}, its length field included. */
    public static int sizeBytes(ByteBuffer buffer, int position) {
        return 4 + buffer.getInt(position);
    }

    public static int flags(ByteBuffer buffer, int position) {
        return buffer.get(position + 4) & 0xFF;
    }

    public static int bodyCrc(ByteBuffer buffer, int position) {
        return buffer.getInt(position + 5);
    }

    /** The key, or an empty string. */
    public static String key(ByteBuffer buffer, int position) {
        if ((flags(buffer, position) & HAS_KEY) == 0) {
            return "";
        }
        byte[] bytes = new byte[buffer.getShort(position + FIXED_BYTES) & 0xFFFF];
        buffer.get(position + FIXED_BYTES + 2, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** FNV-1a (64 bit) of the key's bytes, 0 for a message without one; the same on every node and in every release. */
    public static long keyHash(ByteBuffer buffer, int position) {
        if ((flags(buffer, position) & HAS_KEY) == 0) {
            return 0;
        }
        int at = position + FIXED_BYTES + 2;
        int end = at + (buffer.getShort(position + FIXED_BYTES) & 0xFFFF);
        long hash = 0xcbf29ce484222325L;
        for (; at < end; at++) {
            hash = (hash ^ (buffer.get(at) & 0xFF)) * 0x100000001b3L;
        }
        return hash == 0 ? 1 : hash;
    }

    /** Time to live in ms, 0 where the message names none. */
    public static long ttlMs(ByteBuffer buffer, int position) {
        return (flags(buffer, position) & HAS_TTL) == 0 ? 0 : buffer.getLong(optional(buffer, position, HAS_TTL));
    }

    /** Delay before the first delivery in ms, 0 for none. */
    public static long delayMs(ByteBuffer buffer, int position) {
        return (flags(buffer, position) & HAS_DELAY) == 0 ? 0 : buffer.getLong(optional(buffer, position, HAS_DELAY));
    }

    /** Priority 0–9, 4 where the message names none. */
    public static int priority(ByteBuffer buffer, int position) {
        return (flags(buffer, position) & HAS_PRIORITY) == 0 ? 4 : buffer.get(optional(buffer, position, HAS_PRIORITY));
    }

    /** Position of the headers' length field; only where {@link #HAS_HEADERS} is set. */
    public static int headersPosition(ByteBuffer buffer, int position) {
        return optional(buffer, position, HAS_HEADERS);
    }

    /** Length of the body before compression; only where {@link #COMPRESSED_LZ4} is set. */
    public static int uncompressedBytes(ByteBuffer buffer, int position) {
        return buffer.getInt(optional(buffer, position, COMPRESSED_LZ4));
    }

    /** Position of the body's first byte; the body ends where the message ends. */
    public static int bodyPosition(ByteBuffer buffer, int position) {
        return optional(buffer, position, 64);
    }

    /** Position of the optional field that {@code flag} announces (fields stand in the order of their flags). */
    private static int optional(ByteBuffer buffer, int position, int flag) {
        int flags = flags(buffer, position);
        int at = position + FIXED_BYTES;
        if (flag > HAS_KEY && (flags & HAS_KEY) != 0) {
            at += 2 + (buffer.getShort(at) & 0xFFFF);
        }
        if (flag > HAS_HEADERS && (flags & HAS_HEADERS) != 0) {
            at += 4 + buffer.getInt(at);
        }
        if (flag > HAS_TTL && (flags & HAS_TTL) != 0) {
            at += 8;
        }
        if (flag > HAS_DELAY && (flags & HAS_DELAY) != 0) {
            at += 8;
        }
        if (flag > HAS_PRIORITY && (flags & HAS_PRIORITY) != 0) {
            at += 1;
        }
        if (flag > COMPRESSED_LZ4 && (flags & COMPRESSED_LZ4) != 0) {
            at += 4;
        }
        return at;
    }
}
