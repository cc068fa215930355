package io.sluice.log.segment;

import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** Finds the one bit of a short, check-summed stretch that changed, by trying each. */
final class OneBit {
    private OneBit() {}

    /** Changes the bit that makes the bytes valid; leaves them as they were and returns false when there is none. */
    static boolean restore(ByteBuffer bytes, Predicate<ByteBuffer> isValid) {
        for (int bit = 0; bit < bytes.limit() * Byte.SIZE; bit++) {
            flip(bytes, bit);
            if (isValid.test(bytes)) {
                return true;
            }
            flip(bytes, bit);
        }
        return false;
    }

    private static void flip(ByteBuffer bytes, int bit) {
        int at = bit / Byte.SIZE;
        bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % Byte.SIZE));
    }
}
