package io.sluice.tenantmanager.control;

import io.sluice.protocol.QueueOptions;
import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.control.ControlResult.Change;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one command is going to change, gathered while it is decided; nothing is altered before the whole command was found good. */
final class Draft {
    private final ControlState state;
    private final long index;
    private final long timeMs;
    private int ordinal;
    private int placed;
    boolean created;

    @Nullable
    Tenant tenant;

    @Nullable
    Tenant removed;

    @Nullable
    Plan plan;

    @Nullable
    ClusterMap cluster;

    final List<ShardTask> tasks = new ArrayList<>();
    final Set<Long> droppedTasks = new LinkedHashSet<>();
    final Set<Long> touchedGroups = new LinkedHashSet<>();
    final List<Change> changes = new ArrayList<>();
    final List<String> createdKeys = new ArrayList<>();

    Draft(ControlState state, long index, long timeMs) {
        this.state = state;
        this.index = index;
        this.timeMs = timeMs;
    }

    ControlState state() {
        return state;
    }

    long index() {
        return index;
    }

    long timeMs() {
        return timeMs;
    }

    /** An id that nothing ever had: the command's index and a number within the command. */
    long nextId() {
        if (ordinal > 0xFFFF) {
            throw new IllegalStateException("more than 65,536 ids in one command");
        }
        return index << 16 | ordinal++;
    }

    /** Groups go round the shards in turn. */
    int nextShard(int shardCount) {
        return Math.floorMod(state.counters().placed() + placed++, Math.max(1, shardCount));
    }

    void defineGroup(Tenant owner, Group group) {
        task(ShardTask.Kind.DEFINE_GROUP, owner, group, null, 0);
    }

    void defineQueue(Tenant owner, Group group, Queue queue) {
        Queue target = group.queues().get(queue.options().deadLetterQueue());
        task(ShardTask.Kind.DEFINE_QUEUE, owner, group, queue, target == null ? 0 : target.id());
    }

    void deleteQueue(Tenant owner, Group group, Queue queue) {
        dropTasks(group.id(), queue.id());
        task(ShardTask.Kind.DELETE_QUEUE, owner, group, queue, 0);
    }

    void deleteGroup(Tenant owner, Group group) {
        dropTasks(group.id(), -1);
        task(ShardTask.Kind.DELETE_GROUP, owner, group, null, 0);
    }

    /** What is gone need not be defined any more; {@code queueId} -1 for all of the group. */
    private void dropTasks(long groupId, long queueId) {
        for (ShardTask task : state.tasks().values()) {
            if (task.groupId() == groupId && (queueId < 0 || task.queueId() == queueId)) {
                droppedTasks.add(task.id());
            }
        }
    }

    void moveGroup(Tenant owner, Group group, int toShard) {
        task(ShardTask.Kind.MOVE_GROUP, owner, group, null, 0, toShard);
    }

    private void task(ShardTask.Kind kind, Tenant owner, Group group, @Nullable Queue queue, long deadLetterQueueId) {
        task(kind, owner, group, queue, deadLetterQueueId, 0);
    }

    private void task(
            ShardTask.Kind kind,
            Tenant owner,
            Group group,
            @Nullable Queue queue,
            long deadLetterQueueId,
            int toShard) {
        touchedGroups.add(group.id());
        tasks.add(new ShardTask(
                nextId(),
                kind,
                group.shard(),
                owner.id(),
                owner.name(),
                group.id(),
                group.name(),
                group.form(),
                index,
                queue == null ? 0 : queue.id(),
                queue == null ? "" : queue.name(),
                queue == null ? QueueOptions.DEFAULT : queue.options(),
                deadLetterQueueId,
                timeMs,
                toShard));
    }

    /** Performs what was gathered. */
    void commit() {
        if (removed != null) {
            state.removeTenant(removed.name());
        }
        if (tenant != null) {
            state.put(tenant);
        }
        if (plan != null) {
            state.put(plan);
        }
        if (cluster != null) {
            state.cluster(cluster);
        }
        droppedTasks.forEach(state::removeTask);
        tasks.forEach(state::put);
        if (placed > 0) {
            state.placed(placed);
        }
    }

    ControlResult.Done done() {
        List<Long> waitFor = new ArrayList<>();
        for (ShardTask task : state.tasks().values()) {
            if (touchedGroups.contains(task.groupId())
                    && !droppedTasks.contains(task.id())
                    && task.controlIndex() != index) {
                waitFor.add(task.id());
            }
        }
        tasks.forEach(task -> waitFor.add(task.id()));
        return new ControlResult.Done(
                created, tenant, List.copyOf(createdKeys), List.copyOf(changes), List.copyOf(waitFor), index);
    }
}
