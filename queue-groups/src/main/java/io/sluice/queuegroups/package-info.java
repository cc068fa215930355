/** Queue groups: the pure machine, the shards that replicate it and the verticles that perform its effects. */
@NullMarked
package io.sluice.queuegroups;

import org.jspecify.annotations.NullMarked;
