package io.sluice.queuegroups.machine;

import io.sluice.protocol.MessageFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages in wire form whose body is a number. */
final class Messages {
    private Messages() {}

    /** @param key empty for none @param ttlMs 0 for none @param delayMs 0 for none @param bodyBytes at least 8 */
    record Spec(long id, String key, long ttlMs, long delayMs, int bodyBytes) {
        Spec(long id) {
            this(id, "", 0, 0, 8);
        }

        int flags() {
            return (key.isEmpty() ? 0 : MessageFormat.HAS_KEY)
                    | (ttlMs == 0 ? 0 : MessageFormat.HAS_TTL)
                    | (delayMs == 0 ? 0 : MessageFormat.HAS_DELAY);
        }

        int sizeBytes() {
            return MessageFormat.FIXED_BYTES
                    + (key.isEmpty() ? 0 : 2 + key.length())
                    + (ttlMs == 0 ? 0 : 8)
                    + (delayMs == 0 ? 0 : 8)
                    + bodyBytes;
        }
    }

    static ByteBuffer encode(List<Spec> specs) {
        int size = specs.stream().mapToInt(Spec::sizeBytes).sum();
        ByteBuffer out = ByteBuffer.allocate(size);
        for (Spec spec : specs) {
            out.putInt(spec.sizeBytes() - 4).put((byte) spec.flags()).putInt(0);
            if (!spec.key().isEmpty()) {
                byte[] key = spec.key().getBytes(StandardCharsets.UTF_8);
                out.putShort((short) key.length).put(key);
            }
            if (spec.ttlMs() != 0) {
                out.putLong(spec.ttlMs());
            }
            if (spec.delayMs() != 0) {
                out.putLong(spec.delayMs());
            }
            out.put(new byte[spec.bodyBytes() - 8]).putLong(spec.id());
        }
        return out.flip();
    }

    /** The number in the body of the message at {@code position}. */
    static long id(ByteBuffer buffer, int position) {
        return buffer.getLong(position + MessageFormat.sizeBytes(buffer, position) - 8);
    }
}
