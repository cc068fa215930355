package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.ShardCommand;
import java.util.List;

/**
 * What one gateway loop sends to a shard's leader at the end of its turn. Immutable once sent.
 *
 * @param origin the sending loop, packed
 * @param commands in the order in which they were sent
 */
public record CommandBatch(long origin, List<ShardCommand> commands) {}
