package io.sluice.protocol;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Checks messages of a peer before anything trusts them: bounds, lengths, known flags, header structure and the body's CRC32C.
 *
 * <p>Reads by absolute position, never moves the buffer, never throws for what it finds. <em>Confined to:</em> one thread at a time.
 */
public final class MessageValidator {
    public static final int MAX_KEY_BYTES = 1024;
    public static final int MAX_HEADERS = 64;
    public static final int MAX_HEADERS_BYTES = 16 * 1024;

    /** Longest time to live and delay: ten years. */
    public static final long MAX_DURATION_MS = 10L * 365 * 24 * 3600 * 1000;

    /** No LZ4 block shrinks further than this. */
    public static final int MAX_COMPRESSION_RATIO = 255;

    private static final int KNOWN_FLAGS = 2 * MessageFormat.COMPRESSED_LZ4 - 1;

    private final CRC32C crc = new CRC32C();
    private final int maxMessageBytes;

    /** @param maxMessageBytes largest message, its length field included */
    public MessageValidator(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * What was found in a run of messages.
     *
     * @param flags union of the messages' flags
     * @param largestBytes size of the largest message
     * @param problem what is wrong, naming the field, or null
     * @param offset of the problem from the start of the run
     */
    public record Checked(
            int count,
            int flags,
            int largestBytes,
            @Nullable String problem,
            int offset) {
        public boolean ok() {
            return problem == null;
        }
    }

    /**
     * Checks that {@code bytes} bytes at {@code position} are exactly {@code count} good messages.
     *
     * @param position and {@code bytes} must lie within the buffer's limit
     */
    public Checked check(ByteBuffer buffer, int position, int bytes, int count) {
        int end = position + bytes;
        int at = position;
        int flags = 0;
        int largestBytes = 0;
        for (int i = 0; i < count; i++) {
            String problem = checkOne(buffer, at, end);
            if (problem != null) {
                return new Checked(i, flags, largestBytes, "message " + i + ": " + problem, at - position);
            }
            int size = MessageFormat.sizeBytes(buffer, at);
            flags |= MessageFormat.flags(buffer, at);
            largestBytes = Math.max(largestBytes, size);
            at += size;
        }
        String rest = at == end ? null : (end - at) + " bytes follow the last of " + count + " messages";
        return new Checked(count, flags, largestBytes, rest, at - position);
    }

    /** What is wrong with the message at {@code at}, which must not reach beyond {@code end}, or null. */
    public @Nullable String checkOne(ByteBuffer buffer, int at, int end) {
        if (end - at < MessageFormat.FIXED_BYTES) {
            return "only " + (end - at) + " bytes are left";
        }
        int length = buffer.getInt(at);
        if (length < MessageFormat.FIXED_BYTES - 4 || length > end - at - 4) {
            return "length is " + Integer.toUnsignedString(length) + ", but " + (end - at - 4) + " bytes are left";
        }
        if (length > maxMessageBytes - 4) {
            return "message of " + (length + 4L) + " bytes, at most " + maxMessageBytes + " are allowed";
        }
        int flags = MessageFormat.flags(buffer, at);
        if ((flags & ~KNOWN_FLAGS) != 0) {
            return "unknown flags 0x" + Integer.toHexString(flags & ~KNOWN_FLAGS);
        }
        int messageEnd = at + 4 + length;
        String problem = flags == 0 ? null : checkOptional(buffer, at, messageEnd, flags);
        return problem != null ? problem : checkBody(buffer, at, messageEnd);
    }

    private static @Nullable String checkOptional(ByteBuffer buffer, int at, int end, int flags) {
        int next = at + MessageFormat.FIXED_BYTES;
        if ((flags & MessageFormat.HAS_KEY) != 0) {
            int keyBytes = end - next < 2 ? MAX_KEY_BYTES + 1 : buffer.getShort(next) & 0xFFFF;
            if (keyBytes == 0 || keyBytes > MAX_KEY_BYTES || keyBytes > end - next - 2) {
                return "key must have 1 to " + MAX_KEY_BYTES + " bytes and lie within the message";
            }
            next += 2 + keyBytes;
        }
        if ((flags & MessageFormat.HAS_HEADERS) != 0) {
            int headersBytes = end - next < 6 ? -1 : buffer.getInt(next);
            if (headersBytes < 2 || headersBytes > MAX_HEADERS_BYTES || headersBytes > end - next - 4) {
                return "headers must have 2 to " + MAX_HEADERS_BYTES + " bytes and lie within the message";
            }
            String problem = checkHeaders(buffer, next + 4, next + 4 + headersBytes);
            if (problem != null) {
                return problem;
            }
            next += 4 + headersBytes;
        }
        return checkNumbers(buffer, at, next, end, flags);
    }

    private static @Nullable String checkHeaders(ByteBuffer buffer, int from, int end) {
        int count = buffer.getShort(from) & 0xFFFF;
        if (count == 0 || count > MAX_HEADERS) {
            return count + " headers, allowed are 1 to " + MAX_HEADERS;
        }
        int at = from + 2;
        for (int i = 0; i < count; i++) {
            int nameBytes = end - at < 2 ? 0 : buffer.getShort(at) & 0xFFFF;
            if (nameBytes == 0 || nameBytes > end - at - 6) {
                return "header " + i + ": the name is empty or does not fit";
            }
            int valueBytes = buffer.getInt(at + 2 + nameBytes);
            at += 6 + nameBytes;
            if (valueBytes < 0 || valueBytes > end - at) {
                return "header " + i + ": the value does not fit";
            }
            at += valueBytes;
        }
        return at == end ? null : (end - at) + " bytes follow the last of " + count + " headers";
    }

    private static @Nullable String checkNumbers(ByteBuffer buffer, int at, int next, int end, int flags) {
        int numbers = (flags & MessageFormat.HAS_TTL) != 0 ? 8 : 0;
        numbers += (flags & MessageFormat.HAS_DELAY) != 0 ? 8 : 0;
        numbers += (flags & MessageFormat.HAS_PRIORITY) != 0 ? 1 : 0;
        numbers += (flags & MessageFormat.COMPRESSED_LZ4) != 0 ? 4 : 0;
        if (numbers > end - next) {
            return "the fields that the flags announce do not fit";
        }
        if (!isDuration(MessageFormat.ttlMs(buffer, at)) || !isDuration(MessageFormat.delayMs(buffer, at))) {
            return "ttlMs and delayMs must be 0 to " + MAX_DURATION_MS;
        }
        int priority = MessageFormat.priority(buffer, at);
        if (priority < 0 || priority > 9) {
            return "priority is " + priority + ", allowed are 0 to 9";
        }
        if ((flags & MessageFormat.COMPRESSED_LZ4) != 0) {
            long most = (long) (end - next - numbers) * MAX_COMPRESSION_RATIO;
            int uncompressedBytes = MessageFormat.uncompressedBytes(buffer, at);
            if (uncompressedBytes < 0 || uncompressedBytes > most) {
                return "uncompressed length " + Integer.toUnsignedString(uncompressedBytes)
                        + " is impossible for this body, at most " + most;
            }
        }
        return null;
    }

    private static boolean isDuration(long ms) {
        return ms >= 0 && ms <= MAX_DURATION_MS;
    }

    private @Nullable String checkBody(ByteBuffer buffer, int at, int end) {
        int from = MessageFormat.bodyPosition(buffer, at);
        crc.reset();
        if (buffer.hasArray()) {
            crc.update(buffer.array(), buffer.arrayOffset() + from, end - from);
        } else {
            crc.update(buffer.duplicate().limit(end).position(from));
        }
        int found = (int) crc.getValue();
        int stated = MessageFormat.bodyCrc(buffer, at);
        return found == stated
                ? null
                : "the body's CRC32C is " + Integer.toHexString(found) + ", the message states "
                        + Integer.toHexString(stated);
    }
}
