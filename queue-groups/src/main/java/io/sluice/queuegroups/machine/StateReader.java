package io.sluice.queuegroups.machine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what a {@link StateWriter} wrote, by a moving position. @throws RuntimeException of the buffer where it ends early */
final class StateReader {
    private final ByteBuffer in;

    StateReader(ByteBuffer in) {
        this.in = in;
    }

    int u8() {
        return in.get() & 0xFF;
    }

    boolean bool() {
        return u8() != 0;
    }

    int i32() {
        return in.getInt();
    }

    long i64() {
        return in.getLong();
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("varint longer than ten bytes");
    }

    int count() {
        long value = varint();
        if (value < 0 || value > in.remaining()) {
            throw new IllegalArgumentException("count " + value + " exceeds what follows");
        }
        return (int) value;
    }

    long zigzag() {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    String string() {
        return new String(bytes(count()), StandardCharsets.UTF_8);
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    int remaining() {
        return in.remaining();
    }
}
