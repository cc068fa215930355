package io.sluice.tenantmanager.control;

import io.sluice.protocol.GroupForm;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A queue group's definition and where it is placed.
 *
 * @param id never reused
 * @param shard number of its data shard
 * @param ready whether its shard confirmed that it exists
 */
public record Group(long id, String name, GroupForm form, int shard, boolean ready, SortedMap<String, Queue> queues) {
    public Group {
        queues = Collections.unmodifiableSortedMap(new TreeMap<>(queues));
    }

    Group withQueues(SortedMap<String, Queue> replaced) {
        return new Group(id, name, form, shard, ready, replaced);
    }

    Group withQueue(Queue queue) {
        TreeMap<String, Queue> copy = new TreeMap<>(queues);
        copy.put(queue.name(), queue);
        return withQueues(copy);
    }

    Group withoutQueue(String queue) {
        TreeMap<String, Queue> copy = new TreeMap<>(queues);
        copy.remove(queue);
        return withQueues(copy);
    }

    Group inShard(int other) {
        return new Group(id, name, form, other, ready, queues);
    }

    Group asReady() {
        return ready ? this : new Group(id, name, form, shard, true, queues);
    }
}
