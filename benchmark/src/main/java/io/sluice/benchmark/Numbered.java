package io.sluice.benchmark;

import io.sluice.protocol.Message;
import java.nio.ByteBuffer;

/** Messages whose bodies carry their number and the time at which they should have been sent. */
final class Numbered {
    private static final int HEAD_BYTES = 16;

    private Numbered() {}

    /** @param sizeBytes of the body, at least 16 */
    static Message message(int sizeBytes, long number, long intendedNs) {
        byte[] body = new byte[Math.max(HEAD_BYTES, sizeBytes)];
        ByteBuffer.wrap(body).putLong(number).putLong(intendedNs);
        return Message.of(body);
    }

    static long number(ByteBuffer body) {
        return body.getLong(body.position());
    }

    static long intendedNs(ByteBuffer body) {
        return body.getLong(body.position() + 8);
    }
}
