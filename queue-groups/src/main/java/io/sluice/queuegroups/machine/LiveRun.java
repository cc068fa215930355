package io.sluice.queuegroups.machine;

/**
 * Live messages that lie next to each other in one log entry: what a leader reads and appends again in a RELOCATE command.
 *
 * @param index log index of the entry
 * @param firstOrdinal ordinal of the first message within the entry
 */
public record LiveRun(long tenantId, long groupId, long queueId, long index, int firstOrdinal, int count, long bytes) {}
