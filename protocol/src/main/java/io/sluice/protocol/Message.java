package io.sluice.protocol;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message to be published; {@link MessageWriter} gives it its wire form.
 *
 * @param body as sent: compressed already if {@code uncompressedBytes} says so; not copied, must not be altered
 * @param key orders and routes, empty for none; at most {@link MessageValidator#MAX_KEY_BYTES} bytes
 * @param headers at most {@link MessageValidator#MAX_HEADERS}, {@link MessageValidator#MAX_HEADERS_BYTES} together
 * @param ttlMs life in the queue, 0 for the queue's default
 * @param delayMs before the first delivery, 0 for none
 * @param priority 0–9, {@link #NO_PRIORITY} for none
 * @param uncompressedBytes length of the body before LZ4, {@link #NOT_COMPRESSED} where it is as it is
 */
public record Message(
        byte[] body,
        String key,
        Map<String, String> headers,
        long ttlMs,
        long delayMs,
        int priority,
        int uncompressedBytes) {
    public static final int NO_PRIORITY = -1;
    public static final int NOT_COMPRESSED = -1;

    /** A message of these bytes and nothing else. */
    public static Message of(byte[] body) {
        return new Message(body, "", Map.of(), 0, 0, NO_PRIORITY, NOT_COMPRESSED);
    }

    /** A message of this text in UTF-8. */
    public static Message of(String body) {
        return of(body.getBytes(StandardCharsets.UTF_8));
    }

    public Message withKey(String newKey) {
        return new Message(body, newKey, headers, ttlMs, delayMs, priority, uncompressedBytes);
    }

    /** Adds a header or replaces it; the order is kept. */
    public Message withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return withHeaders(more);
    }

    public Message withHeaders(Map<String, String> newHeaders) {
        return new Message(body, key, newHeaders, ttlMs, delayMs, priority, uncompressedBytes);
    }

    public Message withTtlMs(long newTtlMs) {
        return new Message(body, key, headers, newTtlMs, delayMs, priority, uncompressedBytes);
    }

    public Message withDelayMs(long newDelayMs) {
        return new Message(body, key, headers, ttlMs, newDelayMs, priority, uncompressedBytes);
    }

    public Message withPriority(int newPriority) {
        return new Message(body, key, headers, ttlMs, delayMs, newPriority, uncompressedBytes);
    }

    /** The same message with its body compressed. */
    public Message withCompressedBody(byte[] compressed, int newUncompressedBytes) {
        return new Message(compressed, key, headers, ttlMs, delayMs, priority, newUncompressedBytes);
    }
}
