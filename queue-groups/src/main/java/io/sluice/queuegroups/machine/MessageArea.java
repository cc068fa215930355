package io.sluice.queuegroups.machine;

import io.sluice.protocol.MessageFormat;
import io.sluice.queuegroups.api.CommandType;
import java.nio.ByteBuffer;

/**
 * Where the messages of a PUBLISH, RELOCATE or IMPORT_MESSAGES stand. The one place that decides whether they are well formed, so that the machine and every reader of an
 * entry count the same ordinals; a malformed command has no messages.
 */
record MessageArea(int position, int count) {
    static final MessageArea NONE = new MessageArea(0, 0);

    /** Leaves the reader at its first payload field. */
    static MessageArea of(CommandReader reader) {
        CommandType type = reader.type();
        if (type != CommandType.PUBLISH && type != CommandType.RELOCATE && type != CommandType.IMPORT_MESSAGES) {
            return NONE;
        }
        try {
            return switch (type) {
                case PUBLISH -> ofPublish(reader);
                case RELOCATE -> ofRelocate(reader);
                default -> ofImport(reader);
            };
        } catch (MalformedCommandException e) {
            return NONE;
        } finally {
            reader.rewind();
        }
    }

    private static MessageArea ofPublish(CommandReader reader) {
        reader.i32();
        reader.i64();
        int count = reader.i32();
        int sections = reader.u16();
        long sum = 0;
        long bytes = 0;
        for (int i = 0; i < sections; i++) {
            reader.i64();
            int sectionCount = reader.i32();
            int sectionBytes = reader.i32();
            if (sectionCount <= 0 || sectionBytes <= 0) {
                return NONE;
            }
            sum += sectionCount;
            bytes += sectionBytes;
            reader.u8();
        }
        return sum != count || bytes != reader.remaining() ? NONE : scan(reader, count);
    }

    private static MessageArea ofRelocate(CommandReader reader) {
        reader.i64();
        int moves = reader.i32();
        long sum = 0;
        for (int i = 0; i < moves; i++) {
            reader.i64();
            reader.i32();
            int moved = reader.i32();
            if (moved <= 0) {
                return NONE;
            }
            sum += moved;
        }
        return sum > Integer.MAX_VALUE ? NONE : scan(reader, (int) sum);
    }

    private static MessageArea ofImport(CommandReader reader) {
        reader.i64();
        reader.i64();
        int count = reader.i32();
        return count <= 0 ? NONE : scan(reader, count);
    }

    private static MessageArea scan(CommandReader reader, int count) {
        ByteBuffer entry = reader.entry();
        int start = reader.position();
        int end = reader.payloadEnd();
        int at = start;
        for (int i = 0; i < count; i++) {
            if (end - at < MessageFormat.FIXED_BYTES) {
                return NONE;
            }
            int length = entry.getInt(at);
            if (length < MessageFormat.FIXED_BYTES - 4 || length > end - at - 4) {
                return NONE;
            }
            at += 4 + length;
        }
        return at == end ? new MessageArea(start, count) : NONE;
    }
}
