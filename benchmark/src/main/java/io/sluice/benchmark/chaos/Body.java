package io.sluice.benchmark.chaos;

import io.sluice.protocol.Message;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Message bodies that say who published them, and whose every byte follows from that. */
final class Body {
    static final int HEAD_BYTES = 8;

    private Body() {}

    static Message message(int lane, int number, int sizeBytes) {
        byte[] bytes = filling(lane, number, Math.max(HEAD_BYTES, sizeBytes));
        ByteBuffer.wrap(bytes).putInt(lane).putInt(number);
        return Message.of(bytes).withKey(key(number));
    }

    static String key(int number) {
        return "k" + number % Lane.KEYS;
    }

    private static byte[] filling(int lane, int number, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        new SplittableRandom(((long) lane << 32) + number).nextBytes(bytes);
        return bytes;
    }

    static int lane(ByteBuffer body) {
        return body.remaining() < HEAD_BYTES ? -1 : body.getInt(body.position());
    }

    static int number(ByteBuffer body) {
        return body.remaining() < HEAD_BYTES ? -1 : body.getInt(body.position() + 4);
    }

    /** Whether it is what {@link #message} made. */
    static boolean isWhole(ByteBuffer body) {
        byte[] expected = filling(lane(body), number(body), body.remaining());
        ByteBuffer rest = body.duplicate().position(body.position() + HEAD_BYTES);
        return rest.equals(ByteBuffer.wrap(expected, HEAD_BYTES, expected.length - HEAD_BYTES));
    }
}
