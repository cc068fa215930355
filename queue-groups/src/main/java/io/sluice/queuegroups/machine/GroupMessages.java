package io.sluice.queuegroups.machine;

import java.util.ArrayList;
import java.util.List;

/** Where the messages of a group that moves stand in the log that it leaves, in the order in which they have to arrive. Use once, on one thread. */
public final class GroupMessages {
    private final long tenantId;
    private final long groupId;
    private final RunDeque runs;

    GroupMessages(long tenantId, long groupId, RunDeque runs) {
        this.tenantId = tenantId;
        this.groupId = groupId;
        this.runs = runs;
    }

    public boolean isEmpty() {
        return runs.isEmpty();
    }

    /** Leaves out so many. */
    public void skip(long messages) {
        long left = messages;
        for (Run next = runs.peek(); left > 0 && next != null; next = runs.peek()) {
            left -= runs.take((int) Math.min(left, next.count())).count();
        }
    }

    /** The next ones: about so many bytes at most, at least one message if any. */
    public List<LiveRun> next(long maxBytes) {
        List<LiveRun> found = new ArrayList<>();
        long bytes = 0;
        for (Run next = runs.peek(); next != null; next = runs.peek()) {
            long room = (maxBytes - bytes) * next.count() / Math.max(1, next.bytes());
            if (room < 1 && !found.isEmpty()) {
                break;
            }
            Run run = runs.take((int) Math.max(1, Math.min(room, next.count())));
            bytes += run.bytes();
            found.add(new LiveRun(tenantId, groupId, 0, run.index(), run.ordinal(), run.count(), run.bytes()));
        }
        return found;
    }
}
