package io.sluice.queuegroups.machine;

/**
 * What became of messages of a queue that were not acked, since the queue exists.
 *
 * @param expired released because their life was over
 * @param deadLettered moved to the dead-letter queue
 * @param dropped released because of a bound, or after their last delivery, with no dead-letter queue to take them
 */
public record QueueCounters(long expired, long deadLettered, long dropped) {}
