package io.sluice.tenantmanager.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What follows when data shards confirmed tasks: groups and queues become visible to clients, groups that moved are found where they are. */
final class Confirmations {
    private Confirmations() {}

    /** @param tenants that look different now @param newTasks that follow */
    record Outcome(List<String> tenants, List<Long> newTasks) {}

    /** Settles the tasks. */
    static Outcome apply(ControlState state, List<Long> taskIds) {
        Map<Long, Set<Long>> readyByGroup = new LinkedHashMap<>();
        Map<Long, ShardTask> sample = new LinkedHashMap<>();
        List<ShardTask> moved = new ArrayList<>();
        for (long id : taskIds) {
            ShardTask task = state.task(id);
            if (task == null) {
                continue;
            }
            state.removeTask(id);
            if (task.kind() == ShardTask.Kind.MOVE_GROUP) {
                moved.add(task);
            } else if (task.kind() == ShardTask.Kind.DEFINE_GROUP || task.kind() == ShardTask.Kind.DEFINE_QUEUE) {
                sample.put(task.groupId(), task);
                readyByGroup
                        .computeIfAbsent(task.groupId(), any -> new LinkedHashSet<>())
                        .add(task.queueId());
            }
        }
        Set<String> touched = new LinkedHashSet<>();
        for (ShardTask task : sample.values()) {
            Tenant tenant = state.tenant(task.tenant());
            Group group = tenant == null ? null : tenant.groups().get(task.group());
            if (tenant != null && group != null && group.id() == task.groupId()) {
                Group ready = ready(group, readyByGroup.getOrDefault(group.id(), Set.of()));
                state.put(tenant.withGroup(ready, tenant.changedMs()));
                touched.add(tenant.name());
            }
        }
        List<Long> newTasks = new ArrayList<>();
        for (ShardTask move : moved) {
            touched.add(move.tenant());
            newTasks.add(MoveRules.moved(state, move, newTasks.size()));
        }
        return new Outcome(List.copyOf(touched), List.copyOf(newTasks));
    }

    /** Id 0 stands for the group itself. */
    private static Group ready(Group group, Set<Long> ids) {
        TreeMap<String, Queue> queues = new TreeMap<>(group.queues());
        queues.replaceAll((name, queue) -> ids.contains(queue.id()) ? queue.asReady() : queue);
        Group replaced = group.withQueues(queues);
        return ids.contains(0L) ? replaced.asReady() : replaced;
    }
}
