package io.sluice.queuegroups.machine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes state as bytes: small values are copied, immutable arrays are taken as they are. Hashes what it takes. */
final class StateWriter {
    private final List<byte[]> parts = new ArrayList<>();
    private byte[] buffer = new byte[256];
    private int size;
    private long hash = 0xcbf29ce484222325L;

    void u8(int value) {
        reserve(1);
        buffer[size++] = (byte) value;
    }

    void bool(boolean value) {
        u8(value ? 1 : 0);
    }

    void i32(int value) {
        reserve(4);
        ByteBuffer.wrap(buffer).putInt(size, value);
        size += 4;
    }

    void i64(long value) {
        reserve(8);
        ByteBuffer.wrap(buffer).putLong(size, value);
        size += 8;
    }

    /** Seven bits a byte, the lowest first; negative numbers take ten bytes. */
    void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    /** Small for numbers near zero on both sides. */
    void zigzag(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    /** Adds bytes that are never altered again, without a copy; {@code crc} is their CRC32C. */
    void shared(byte[] bytes, int crc) {
        flush();
        parts.add(bytes);
        mix(crc);
    }

    byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    List<byte[]> finish() {
        flush();
        return parts;
    }

    /** Of everything up to {@link #finish()}. */
    long hash() {
        return hash;
    }

    private void flush() {
        if (size > 0) {
            byte[] part = toByteArray();
            parts.add(part);
            mix(crc(part));
            size = 0;
        }
    }

    static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private void mix(int crc) {
        hash = (hash ^ (crc & 0xFFFFFFFFL)) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    private void reserve(int bytes) {
        if (buffer.length - size < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
        }
    }
}
