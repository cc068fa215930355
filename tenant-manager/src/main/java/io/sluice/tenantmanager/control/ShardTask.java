package io.sluice.tenantmanager.control;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;

/**
 * Something a data shard still has to be told; it stays in the control state until the shard confirmed it, so a new leader goes on with it.
 *
 * @param id order of tasks, never reused
 * @param controlIndex log index of the command that asked for it; shards ignore what is older than what they hold
 * @param queueId 0 where it concerns the group
 * @param toShard where a MOVE_GROUP goes; 0 for others
 */
public record ShardTask(
        long id,
        Kind kind,
        int shard,
        long tenantId,
        String tenant,
        long groupId,
        String group,
        GroupForm form,
        long controlIndex,
        long queueId,
        String queue,
        QueueOptions options,
        long deadLetterQueueId,
        long sinceMs,
        int toShard) {

    /** Names are in the log. */
    public enum Kind {
        DEFINE_GROUP,
        DEFINE_QUEUE,
        DELETE_QUEUE,
        DELETE_GROUP,
        /** Has the group go to another shard; its control index is the id of the move. */
        MOVE_GROUP,
        /** Lets what is left in the old shard go, once the group is in the new one. */
        LEAVE_GROUP,
        /** Lets what arrived in the new shard go, once the move was called off. */
        FORGET_IMPORT
    }

    /** Whether it is part of a move. */
    boolean moves() {
        return kind == Kind.MOVE_GROUP || kind == Kind.LEAVE_GROUP || kind == Kind.FORGET_IMPORT;
    }

    /** The same, to be done by another shard. */
    ShardTask inShard(int other) {
        return new ShardTask(
                id,
                kind,
                other,
                tenantId,
                tenant,
                groupId,
                group,
                form,
                controlIndex,
                queueId,
                queue,
                options,
                deadLetterQueueId,
                sinceMs,
                toShard);
    }

    /** What follows from it when a move ended. */
    ShardTask then(long newId, Kind newKind, int inShard) {
        return new ShardTask(
                newId,
                newKind,
                inShard,
                tenantId,
                tenant,
                groupId,
                group,
                form,
                controlIndex,
                queueId,
                queue,
                options,
                deadLetterQueueId,
                sinceMs,
                0);
    }

    /** What it is about, for people. */
    public String describe() {
        String what = kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        return what + " " + group + (queue.isEmpty() ? "" : "/" + queue)
                + (kind == Kind.MOVE_GROUP ? " to shard " + toShard : "");
    }
}
