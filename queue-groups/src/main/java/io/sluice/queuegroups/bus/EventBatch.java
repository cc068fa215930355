package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.ShardEvent;
import java.util.List;

/**
 * What a shard tells one gateway loop at the end of its turn. Immutable once sent.
 *
 * @param origin the loop that is meant, packed; a loop of a newer boot drops what was meant for an older one
 * @param shard number of the shard that speaks
 * @param term Raft term of the leader that speaks; 0 from a replica that does not lead. What an older leader says after a newer one was heard is not believed.
 * @param events in the order in which the machine made them
 */
public record EventBatch(long origin, int shard, long term, List<ShardEvent> events) {}
