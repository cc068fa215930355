package io.sluice.queuegroups.api;

/**
 * That a group is to go to another shard. Immutable.
 *
 * @param moveId greater than those of all earlier moves of the group
 * @param toShard number of the shard that it goes to
 */
public record MoveOrder(long tenantId, long groupId, long moveId, int toShard) {}
