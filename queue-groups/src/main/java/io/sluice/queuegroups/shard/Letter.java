package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.machine.Effect;

/**
 * An effect on its way to the verticle that performs it. Immutable.
 *
 * @param origin packed origin of the gateway loop that is to be told
 */
record Letter(long origin, Effect effect) {}
