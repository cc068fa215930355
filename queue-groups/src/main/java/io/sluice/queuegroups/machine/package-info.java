/**
 * The pure, deterministic state machine of a shard: log entries in, state and effects out. No clock, random, IO, logger or Vert.x here, and
 * nothing whose iteration order differs between JVMs.
 */
@NullMarked
package io.sluice.queuegroups.machine;

import org.jspecify.annotations.NullMarked;
