/** A shard's leader: fair append in front of the log, the log's state machine, the group verticles that perform effects. */
@NullMarked
package io.sluice.queuegroups.shard;

import org.jspecify.annotations.NullMarked;
