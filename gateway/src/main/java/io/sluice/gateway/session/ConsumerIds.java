package io.sluice.gateway.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The consumer ids that clients of one key are told, by which any node finds the consumer again: the number that the log knows it by, which is random, behind
 * a mask.
 *
 * <p>The mask is made of the key that the client shows, of where its connection was and of the queue: with another key, or for another queue, the same id leads
 * to a number that no consumer has. So nodes need no common secret, and nothing of it is logged.
 */
final class ConsumerIds {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    ConsumerIds(String apiKey) {
        this.key = new SecretKeySpec(apiKey.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** @param origin packed, of the loop that the consumer's connection is on */
    long told(long origin, QueueRef queue, long sender) {
        return sender ^ mask(origin, queue);
    }

    /** The consumer's number on that loop, if the id is of this key and queue. */
    long sender(long origin, QueueRef queue, long told) {
        return told ^ mask(origin, queue);
    }

    private long mask(long origin, QueueRef queue) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(ByteBuffer.allocate(24)
                    .putLong(origin)
                    .putLong(queue.groupId())
                    .putLong(queue.queueId())
                    .flip());
            return ByteBuffer.wrap(mac.doFinal()).getLong();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
