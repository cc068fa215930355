package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one frame body without ever leaving it: the first thing that is wrong is remembered, and every later read answers zero or empty.
 *
 * <p>So a frame's {@code read} needs no checks of its own between fields, no length is trusted before it is compared with what is there, and a broken
 * frame costs no exception. <em>Confined to:</em> the decoder that owns it.
 */
final class BodyReader {
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int at;
    private int end;
    private @Nullable String problem;
    private int problemAt;

    /** Starts on the body at {@code from..to} of {@code buffer}. */
    void reset(ByteBuf buffer, int from, int to) {
        in = buffer;
        at = from;
        end = to;
        problem = null;
    }

    /** What was wrong first, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Index in the buffer at which it was wrong. */
    int problemAt() {
        return problemAt;
    }

    /** Whether the body ends here, where fields may follow that older peers don't know. */
    boolean atEnd() {
        return problem == null && at == end;
    }

    void fail(String message) {
        if (problem == null) {
            problem = message;
            problemAt = at;
        }
        at = end;
    }

    int u8(String field) {
        return take(field, 1) ? in.getUnsignedByte(at - 1) : 0;
    }

    int u16(String field) {
        return take(field, 2) ? in.getUnsignedShort(at - 2) : 0;
    }

    /** An unsigned number that must fit an int, as all counts and handles do. */
    int u32(String field) {
        int value = take(field, 4) ? in.getInt(at - 4) : 0;
        if (value < 0) {
            at -= 4;
            fail(field + " must be below 2^31, got " + Integer.toUnsignedString(value));
            return 0;
        }
        return value;
    }

    /** An unsigned number that must fit a long. */
    long u64(String field) {
        long value = i64(field);
        if (value < 0) {
            at -= 8;
            fail(field + " must be below 2^63, got " + Long.toUnsignedString(value));
            return 0;
        }
        return value;
    }

    long i64(String field) {
        return take(field, 8) ? in.getLong(at - 8) : 0;
    }

    ErrorCode code() {
        return ErrorCode.ofWire(u8("code"));
    }

    String string(String field) {
        int bytes = u16(field + ".length");
        if (!take(field, bytes)) {
            return "";
        }
        return in.toString(at - bytes, bytes, StandardCharsets.UTF_8);
    }

    byte[] bytes(String field) {
        int bytes = u16(field + ".length");
        if (!take(field, bytes)) {
            return new byte[0];
        }
        byte[] copy = new byte[bytes];
        in.getBytes(at - bytes, copy);
        return copy;
    }

    List<String> strings(String field) {
        int count = count16(field, 256, 2);
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count && problem == null; i++) {
            strings.add(string(field));
        }
        return List.copyOf(strings);
    }

    /** A u16 number of elements of at least {@code elementBytes} each, 0 where so many can't be there. */
    int count16(String field, int most, int elementBytes) {
        int count = u16(field + ".count");
        if (count > most) {
            fail(field + ".count is " + count + ", at most " + most + " are allowed");
            return 0;
        }
        if ((long) count * elementBytes > end - at) {
            fail(field + ".count is " + count + ", but only " + (end - at) + " bytes follow");
            return 0;
        }
        return count;
    }

    /** A view of the next {@code bytes} bytes. */
    ByteBuffer view(String field, int bytes) {
        if (!take(field, bytes)) {
            return ByteBuffer.allocate(0);
        }
        return in.nioBuffer(at - bytes, bytes);
    }

    private boolean take(String field, int bytes) {
        if (problem != null) {
            return false;
        }
        if (bytes > end - at) {
            fail(field + " needs " + bytes + " bytes, but only " + (end - at) + " are left in the frame");
            return false;
        }
        at += bytes;
        return true;
    }
}
