package io.sluice.queuegroups.api;

/**
 * A queue's figures at one moment of machine time.
 *
 * @param ready messages that could be delivered now
 * @param delayed messages that wait for their time
 * @param unacked messages checked out
 * @param consumers consumers subscribed
 * @param bytes bytes of all messages held
 * @param oldestAgeMs age of the oldest message held, 0 if empty
 */
public record QueueStats(long ready, long delayed, long unacked, int consumers, long bytes, long oldestAgeMs) {}
