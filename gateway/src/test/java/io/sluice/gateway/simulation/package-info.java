/**
 * A cluster in one thread, under a simulated clock: real gateway loops, real shards and machines, over simulated sockets, event bus and consensus, with faults
 * drawn from a seed.
 */
package io.sluice.gateway.simulation;
