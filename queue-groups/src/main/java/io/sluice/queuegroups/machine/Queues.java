package io.sluice.queuegroups.machine;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import java.util.ArrayDeque;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The queues of one group, which of them were deleted, and which may have something to give out. */
final class Queues implements DeadLetters {
    private final GroupContext context;
    private final Long2ObjectLinkedOpenHashMap<WorkQueue> queues = new Long2ObjectLinkedOpenHashMap<>(2);
    private final LongLinkedOpenHashSet deleted = new LongLinkedOpenHashSet(2);
    private final ArrayDeque<WorkQueue> touched = new ArrayDeque<>(2);

    Queues(GroupContext context) {
        this.context = context;
    }

    @Nullable
    WorkQueue find(long queueId) {
        return queues.get(queueId);
    }

    Collection<WorkQueue> all() {
        return queues.values();
    }

    /** An older definition than the one held changes nothing, nor does one of a deleted queue. */
    void define(QueueDefinition definition) {
        WorkQueue queue = queues.get(definition.queueId());
        if (deleted.contains(definition.queueId())) {
            return;
        }
        if (queue == null) {
            queues.put(definition.queueId(), new WorkQueue(context, definition, this));
        } else if (queue.definition().controlIndex() <= definition.controlIndex()) {
            queue.redefine(definition);
            touch(queue);
        }
    }

    /** The queue leaves; its id never comes back. @return null where there is none, or its definition is newer */
    @Nullable
    WorkQueue remove(long queueId, long controlIndex) {
        WorkQueue queue = queues.get(queueId);
        if (queue != null && queue.definition().controlIndex() > controlIndex) {
            return null;
        }
        deleted.add(queueId);
        return queues.remove(queueId);
    }

    @Override
    public int accept(long queueId, Run run) {
        WorkQueue queue = queues.get(queueId);
        if (queue == null) {
            return 0;
        }
        touch(queue);
        return queue.adopt(run);
    }

    /** Messages or credit of the queue changed: it must give out before the command is through. */
    void touch(WorkQueue queue) {
        if (!queue.touched) {
            queue.touched = true;
            touched.addLast(queue);
        }
    }

    /** Gives out what can be given out. @return the earliest time at which a touched queue has something to do */
    long dispatch() {
        long dueMs = Run.NEVER;
        for (WorkQueue queue = touched.pollFirst(); queue != null; queue = touched.pollFirst()) {
            queue.touched = false;
            queue.subscription().dispatch();
            dueMs = Math.min(dueMs, queue.nextDueMs());
        }
        return dueMs;
    }

    long nextDueMs() {
        long dueMs = Run.NEVER;
        for (WorkQueue queue : queues.values()) {
            dueMs = Math.min(dueMs, queue.nextDueMs());
        }
        return dueMs;
    }

    void tick(WorkBudget budget) {
        for (WorkQueue queue : queues.values()) {
            if (queue.nextDueMs() <= context.nowMs()) {
                queue.tick(budget);
                touch(queue);
            }
        }
    }

    /** All queues leave. */
    Collection<WorkQueue> removeAll() {
        Collection<WorkQueue> all = new ArrayDeque<>(queues.values());
        queues.clear();
        touched.clear();
        return all;
    }

    void write(StateWriter out) {
        out.varint(deleted.size());
        deleted.forEach(out::varint);
        out.varint(queues.size());
        queues.values().forEach(queue -> queue.write(out));
    }

    void read(StateReader in) {
        for (int left = in.count(); left > 0; left--) {
            deleted.add(in.varint());
        }
        for (int left = in.count(); left > 0; left--) {
            WorkQueue queue = WorkQueue.read(in, context, this);
            queues.put(queue.definition().queueId(), queue);
        }
    }
}
