package io.sluice.tenantmanager.control;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;

/**
 * Something a data shard still has to be told; it stays in the control state until the shard confirmed it, so a new leader goes on with it.
 *
 * @param id order of tasks, never reused
 * @param controlIndex log index of the command that asked for it; shards ignore what is older than what they hold
 * @param queueId 0 where it concerns the group
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
        long sinceMs) {

    /** Names are in the log. */
    public enum Kind {
        DEFINE_GROUP,
        DEFINE_QUEUE,
        DELETE_QUEUE,
        DELETE_GROUP
    }

    /** What it is about, for people. */
    public String describe() {
        String what = kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        return what + " " + group + (queue.isEmpty() ? "" : "/" + queue);
    }
}
