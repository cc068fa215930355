package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.ConsumerAsk;
import java.util.List;

/**
 * What a gateway loop tells a shard's leader outside of the log: that it lives, and what it asks about its consumers. Answered by an {@link EventBatch}, also
 * where there is nothing to say. Immutable.
 *
 * @param origin the loop, packed
 */
public record LoopReport(long origin, List<ConsumerAsk> asks) {}
