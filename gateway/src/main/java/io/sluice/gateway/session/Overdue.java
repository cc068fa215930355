package io.sluice.gateway.session;

import java.util.ArrayList;
import java.util.List;

/** What one event loop's sessions asked of shards and have no answer to yet. <em>Confined to:</em> the loop. */
final class Overdue {
    /** Pause between two sweeps. */
    static final int SWEEP_MS = 250;

    private final List<Watch> watches = new ArrayList<>();

    void add(Watch watch) {
        watches.add(watch);
    }

    int size() {
        return watches.size();
    }

    /** Call it every {@link #SWEEP_MS}. Those that are added meanwhile have their turn next time. */
    void sweep() {
        int size = watches.size();
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Watch watch = watches.get(i);
            if (watch.sweep()) {
                watches.set(kept++, watch);
            }
        }
        watches.subList(kept, size).clear();
    }

    void leaderChanged(int shard) {
        for (Watch watch : List.copyOf(watches)) {
            if (watch.asker().route().shard() == shard && watch.asker().waits()) {
                watch.asker().leaderChanged();
            }
        }
    }

    /** The group is in another shard now. */
    void moved(long groupId) {
        for (Watch watch : List.copyOf(watches)) {
            if (watch.asker().route().groupId == groupId && watch.asker().waits()) {
                watch.asker().leaderChanged();
            }
        }
    }
}
