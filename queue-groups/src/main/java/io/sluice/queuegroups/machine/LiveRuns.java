package io.sluice.queuegroups.machine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what is still alive in a range of log entries. */
final class LiveRuns {
    private static final Comparator<LiveRun> ORDER = Comparator.comparingLong(LiveRun::groupId)
            .thenComparingLong(LiveRun::queueId)
            .thenComparingLong(LiveRun::index)
            .thenComparingInt(LiveRun::firstOrdinal);

    private LiveRuns() {}

    static List<LiveRun> find(Collection<GroupMachine> groups, long firstIndex, long lastIndex, long maxBytes) {
        List<LiveRun> found = new ArrayList<>();
        long[] bytes = new long[1];
        for (GroupMachine group : groups) {
            group.forEachRun(
                    chunk -> bytes[0] < maxBytes && chunk.maxIndex() >= firstIndex && chunk.minIndex() <= lastIndex,
                    (queueId, run) -> {
                        if (bytes[0] < maxBytes && run.index() >= firstIndex && run.index() <= lastIndex) {
                            bytes[0] += run.bytes();
                            found.add(of(group, queueId, run));
                        }
                    });
        }
        found.sort(ORDER);
        return found;
    }

    private static LiveRun of(GroupMachine group, long queueId, Run run) {
        return new LiveRun(
                group.tenantId(), group.groupId(), queueId, run.index(), run.ordinal(), run.count(), run.bytes());
    }
}
