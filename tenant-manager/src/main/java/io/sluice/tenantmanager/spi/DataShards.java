package io.sluice.tenantmanager.spi;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.vertx.core.Future;

/** What the tenant manager asks of the data shards; `app` implements it on the shard router. Futures fail with a cause that says UNAVAILABLE when a shard has no leader. */
public interface DataShards {
    /** Number of data shards; groups are placed on {@code 0..count-1}. */
    int count();

    Future<Void> defineGroup(
            int shard, long tenantId, long groupId, long controlIndex, GroupForm form, String tenant, String group);

    Future<Void> defineQueue(
            int shard,
            long tenantId,
            long groupId,
            long controlIndex,
            long queueId,
            String name,
            QueueOptions options,
            long deadLetterQueueId);

    Future<Void> deleteQueue(int shard, long tenantId, long groupId, long controlIndex, long queueId);

    Future<Void> deleteGroup(int shard, long tenantId, long groupId, long controlIndex);

    Future<Void> purgeQueue(int shard, long tenantId, long groupId, long controlIndex, long queueId);

    /**
     * Has a group's shard move it to another one, or goes on with that, and completes when it ended: with an empty string once the group serves there, or with the reason for which
     * it stays.
     */
    Future<String> moveGroup(int shard, long tenantId, long groupId, long moveId, int toShard);

    /** The group is in another shard: what it left is released. */
    Future<Void> leaveGroup(int shard, long tenantId, long groupId, long moveId);

    /** The move was called off: what arrived is released. */
    Future<Void> forgetImport(int shard, long tenantId, long groupId, long moveId);

    Future<Stats> stats(int shard, long groupId, long queueId);

    /** Figures of one queue. */
    record Stats(long ready, long delayed, long unacked, int consumers, long bytes, long oldestAgeMs) {}
}
