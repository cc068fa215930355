package io.sluice.queuegroups.api;

import java.nio.ByteBuffer;

/**
 * One command in its log form, ready to be copied into a log entry: a fixed header and a payload.
 *
 * <p>Log form, big-endian: {@code u32 length of all that follows, u8 type, u8 version, u16 flags, u64 tenantId, u64 groupId, u64 origin, u64 sender},
 * then the payload of the type (see {@link Commands}). Immutable; the payload's bytes must not be altered after this is made.
 * Safe for any thread. The payload buffers are slices of what was read from the socket: nothing is copied before the log entry is filled.
 *
 * @param type what it is
 * @param flags meaning depends on the type
 * @param tenantId whose budget it is charged to; 0 for the node itself
 * @param groupId the queue group, 0 where it concerns the whole shard
 * @param origin where its outcome goes, {@link Origin#pack() packed}
 * @param sender number the gateway loop gave to the producer, consumer or request, unique within the origin
 * @param head first part of the payload
 * @param tail rest of the payload, or an empty buffer (messages as published, without a copy)
 */
public record ShardCommand(
        CommandType type,
        int flags,
        long tenantId,
        long groupId,
        long origin,
        long sender,
        ByteBuffer head,
        ByteBuffer tail) {

    public static final int HEADER_BYTES = 40;
    public static final int VERSION = 1;

    /** Bytes in the log, header included. */
    public int sizeBytes() {
        return HEADER_BYTES + head.remaining() + tail.remaining();
    }

    /** What the tenant is charged for it by the fair append: its bytes and 64 more. */
    public int costBytes() {
        return sizeBytes() + 64;
    }

    /** Appends the log form to {@code target}, which must have {@link #sizeBytes()} remaining. */
    public void writeTo(ByteBuffer target) {
        target.putInt(sizeBytes() - 4);
        target.put((byte) type.wire()).put((byte) VERSION).putShort((short) flags);
        target.putLong(tenantId).putLong(groupId).putLong(origin).putLong(sender);
        target.put(head.duplicate()).put(tail.duplicate());
    }
}
