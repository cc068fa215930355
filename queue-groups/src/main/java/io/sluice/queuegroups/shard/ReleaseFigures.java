package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.machine.QueueCounters;
import io.sluice.queuegroups.machine.ShardMachine;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the machine did to messages besides delivering them, from the difference of its counters between two looks; says once when a group is
 * quarantined.
 *
 * <p><em>Confined to:</em> the shard's apply thread.
 */
final class ReleaseFigures {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseFigures.class);
    private static final QueueCounters NONE = new QueueCounters(0, 0, 0);

    private final String shard;
    private final NodeFigures figures;
    private final LongOpenHashSet quarantined = new LongOpenHashSet();
    private Long2ObjectOpenHashMap<QueueCounters> seen = new Long2ObjectOpenHashMap<>();

    ReleaseFigures(String shard, NodeFigures figures) {
        this.shard = shard;
        this.figures = figures;
    }

    /** What happened up to now was counted elsewhere or before. */
    void startFrom(ShardMachine machine) {
        look(machine, false);
    }

    /** Counts what happened since the look before. */
    void count(ShardMachine machine) {
        look(machine, true);
    }

    private void look(ShardMachine machine, boolean count) {
        Long2ObjectOpenHashMap<QueueCounters> now = new Long2ObjectOpenHashMap<>();
        machine.forEachQueue((tenantId, groupId, queueId, stats) -> {
            QueueCounters counters = machine.counters(groupId, queueId);
            if (counters != null) {
                now.put(queueId, counters);
                QueueCounters before = seen.getOrDefault(queueId, NONE);
                if (count && !counters.equals(before)) {
                    figures.tenant(tenantId)
                            .released(new QueueCounters(
                                    counters.expired() - before.expired(),
                                    counters.deadLettered() - before.deadLettered(),
                                    counters.dropped() - before.dropped()));
                }
            }
            lookForQuarantine(machine, groupId);
        });
        seen = now;
    }

    private void lookForQuarantine(ShardMachine machine, long groupId) {
        long index = machine.quarantinedIndex(groupId);
        if (index > 0 && quarantined.add(groupId)) {
            LOG.error(
                    "{}: queue group {} is quarantined since entry {}: its commands are refused until it is deleted",
                    shard,
                    groupId,
                    index,
                    machine.quarantineCause(groupId));
        }
    }
}
