package io.sluice.queuegroups.api;

/**
 * Which node this is, and which start of it.
 *
 * @param id the node's name, as in {@link io.sluice.log.api.ReplicatedLog#leader()}
 * @param number numeric id, 0–65,535, for {@link Origin}
 * @param boot boot number, counted up in the data folder at each start, from 1
 */
public record NodeIdentity(String id, int number, int boot) {}
