package io.sluice.queuegroups.machine;

import io.sluice.protocol.MessageFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Goes once over the messages of a PUBLISH and groups neighbours that are alike into drafts. Looks into a message only where its section says so. */
final class MessageScanner {
    private final ByteBuffer entry;
    private final GroupContext context;
    private int at;
    private int ordinal;

    /** @param area messages whose lengths have been checked @param ordinal of the first within the entry */
    MessageScanner(ByteBuffer entry, MessageArea area, int ordinal, GroupContext context) {
        this.entry = entry;
        this.context = context;
        this.at = area.position();
        this.ordinal = ordinal;
    }

    void skip(int count) {
        for (int i = 0; i < count; i++) {
            at += 4 + entry.getInt(at);
        }
        ordinal += count;
    }

    /** The next messages, for a queue so defined. @param flags union of the messages' flags */
    List<Draft> read(int count, int flags, QueueDefinition definition) {
        List<Draft> drafts = new ArrayList<>(2);
        boolean timed = (flags & (MessageFormat.HAS_TTL | MessageFormat.HAS_DELAY)) != 0;
        boolean keyed = definition.orderByKey() && (flags & MessageFormat.HAS_KEY) != 0;
        Group group = new Group();
        for (int i = 0; i < count; i++) {
            int size = 4 + entry.getInt(at);
            long ttlMs = 0;
            long delayMs = 0;
            int key = 0;
            if (timed || keyed) {
                checkFields(size);
                ttlMs = timed ? Math.max(0, MessageFormat.ttlMs(entry, at)) : 0;
                delayMs = timed ? Math.max(0, MessageFormat.delayMs(entry, at)) : 0;
                key = keyed ? fold(MessageFormat.keyHash(entry, at)) : 0;
            }
            if (!group.takes(size, ttlMs, delayMs, key)) {
                drafts.add(group.draft(definition));
                group = new Group();
                group.takes(size, ttlMs, delayMs, key);
            }
            at += size;
            ordinal++;
        }
        drafts.add(group.draft(definition));
        return drafts;
    }

    /** 32 bits are enough: keys that collide only wait for each other. */
    private static int fold(long hash) {
        int folded = (int) (hash ^ hash >>> 32);
        return folded == 0 && hash != 0 ? 1 : folded;
    }

    /** The optional fields must lie within the message. */
    private void checkFields(int size) {
        int flags = MessageFormat.flags(entry, at);
        long end = MessageFormat.FIXED_BYTES;
        if ((flags & MessageFormat.HAS_KEY) != 0) {
            end += end + 2 > size ? size : 2 + (entry.getShort(at + (int) end) & 0xFFFF);
        }
        if ((flags & MessageFormat.HAS_HEADERS) != 0) {
            end += end + 4 > size ? size : 4 + (entry.getInt(at + (int) end) & 0xFFFFFFFFL);
        }
        end += (flags & MessageFormat.HAS_TTL) != 0 ? 8 : 0;
        end += (flags & MessageFormat.HAS_DELAY) != 0 ? 8 : 0;
        if (end > size) {
            throw new MalformedCommandException("fields of a message exceed it");
        }
    }

    /** Neighbours that are alike so far. */
    private final class Group {
        private final int offset = at;
        private final int firstOrdinal = ordinal;
        private int count;
        private long bytes;
        private int minSize = Integer.MAX_VALUE;
        private int maxSize;
        private long ttlMs;
        private long delayMs;
        private int key;

        boolean takes(int size, long messageTtlMs, long messageDelayMs, int messageKey) {
            int newMin = Math.min(minSize, size);
            int newMax = Math.max(maxSize, size);
            if (count == 0) {
                ttlMs = messageTtlMs;
                delayMs = messageDelayMs;
                key = messageKey;
            } else if (messageTtlMs != ttlMs
                    || messageDelayMs != delayMs
                    || messageKey != key
                    || newMax > Run.SMALL_BYTES && newMax > 2L * newMin) {
                return false;
            }
            minSize = newMin;
            maxSize = newMax;
            bytes += size;
            count++;
            return true;
        }

        Draft draft(QueueDefinition definition) {
            long nowMs = context.nowMs();
            long expiryMs = definition.expiryMs(nowMs, ttlMs);
            Run run = new Run(0, context.shard().index(), firstOrdinal, count, bytes, expiryMs, nowMs, key, false);
            return new Draft(offset, run, delayMs);
        }
    }
}
