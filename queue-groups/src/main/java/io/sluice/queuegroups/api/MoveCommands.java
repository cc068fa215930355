package io.sluice.queuegroups.api;

import java.nio.ByteBuffer;

/**
 * Makes the commands by which a group goes from one shard to another, in their log form. All carry the id of the move; a shard refuses those of an older move of the
 * group than it has seen, and a command that was done before changes nothing.
 */
public final class MoveCommands {
    private MoveCommands() {}

    /** What becomes of a group's hold. Order matters: ordinals are in the log. */
    public enum HoldStep {
        /** From here on the group does not change. */
        HOLD,
        /** From here on it may be adopted elsewhere. */
        SEAL,
        /** It goes on here; refused once it is sealed. */
        LIFT,
        /** It goes on here though it was sealed: the other shard said that it forgot it. */
        LIFT_SEALED
    }

    /** Payload: u64 moveId, u8 step. */
    public static ShardCommand holdGroup(long tenantId, long groupId, long moveId, HoldStep step) {
        ByteBuffer head = ByteBuffer.allocate(9).putLong(moveId).put((byte) step.ordinal());
        return Commands.internal(CommandType.HOLD_GROUP, tenantId, groupId, 0, head);
    }

    /** Payload: u64 moveId. The group was adopted elsewhere: what is left here is released in bounded steps. */
    public static ShardCommand leaveGroup(long tenantId, long groupId, long moveId) {
        return Commands.internal(
                CommandType.LEAVE_GROUP,
                tenantId,
                groupId,
                0,
                ByteBuffer.allocate(8).putLong(moveId));
    }

    /** Payload: u64 moveId, u64 bytes of the whole state, u32 CRC32C of the whole state, u64 offset, then bytes from that offset on. */
    public static ShardCommand importState(
            long tenantId, long groupId, long moveId, GroupState state, long offset, ByteBuffer bytes) {
        ByteBuffer head = ByteBuffer.allocate(28)
                .putLong(moveId)
                .putLong(state.sizeBytes())
                .putInt(state.crc())
                .putLong(offset);
        return new ShardCommand(
                CommandType.IMPORT_STATE, 0, tenantId, groupId, Origin.INTERNAL.pack(), 0, head.flip(), bytes);
    }

    /**
     * Payload: u64 moveId, u64 number of the first message in the order of the group's state, from 0 on, u32 count, then the messages.
     *
     * @param messages in wire form
     */
    public static ShardCommand importMessages(
            long tenantId, long groupId, long moveId, long first, int count, ByteBuffer messages) {
        ByteBuffer head = ByteBuffer.allocate(20).putLong(moveId).putLong(first).putInt(count);
        return new ShardCommand(
                CommandType.IMPORT_MESSAGES, 0, tenantId, groupId, Origin.INTERNAL.pack(), 0, head.flip(), messages);
    }

    /** Payload: u64 moveId, u64 bytes of the state, u32 its CRC32C, u64 messages in it. From here on the group serves here. */
    public static ShardCommand adoptGroup(long tenantId, long groupId, long moveId, GroupState state) {
        ByteBuffer head = ByteBuffer.allocate(28)
                .putLong(moveId)
                .putLong(state.sizeBytes())
                .putInt(state.crc())
                .putLong(state.messages());
        return Commands.internal(CommandType.ADOPT_GROUP, tenantId, groupId, 0, head);
    }

    /** Payload: u64 moveId. Nothing of this move is taken any more; refused where the group was adopted already. */
    public static ShardCommand forgetImport(long tenantId, long groupId, long moveId) {
        return Commands.internal(
                CommandType.FORGET_IMPORT,
                tenantId,
                groupId,
                0,
                ByteBuffer.allocate(8).putLong(moveId));
    }

    /** A held group's state. @param crc CRC32C of it @param messages that it refers to */
    public record GroupState(long sizeBytes, int crc, long messages) {}
}
