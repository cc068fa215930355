/** The way between gateway loops and shards over the event bus: batches, their codecs, the router and its ports. */
@NullMarked
package io.sluice.queuegroups.bus;

import org.jspecify.annotations.NullMarked;
