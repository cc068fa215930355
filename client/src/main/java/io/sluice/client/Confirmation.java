package io.sluice.client;

/**
 * A message is on disk on a majority.
 *
 * @param sequence its number among the producer's messages
 */
public record Confirmation(long sequence) {}
