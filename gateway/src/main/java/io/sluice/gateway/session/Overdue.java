package io.sluice.gateway.session;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one event loop's sessions asked of shards and have no answer to yet. <em>Confined to:</em> the loop. */
final class Overdue {
    private static final Logger LOG = LoggerFactory.getLogger(Overdue.class);
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
            if (sweepOne(watch)) {
                watches.set(kept++, watch);
            }
        }
        watches.subList(kept, size).clear();
    }

    /** A bug in the service of one connection must not reach the others. */
    private static boolean sweepOne(Watch watch) {
        try {
            return watch.sweep();
        } catch (RuntimeException e) {
            LOG.error("an overdue answer could not be asked for again", e);
            return true;
        }
    }

    void leaderChanged(int shard) {
        for (Watch watch : List.copyOf(watches)) {
            if (watch.asker().route().shard() == shard && watch.asker().waits()) {
                sayAgain(watch);
            }
        }
    }

    /** The group is in another shard now. */
    void moved(long groupId) {
        for (Watch watch : List.copyOf(watches)) {
            if (watch.asker().route().groupId == groupId && watch.asker().waits()) {
                sayAgain(watch);
            }
        }
    }

    private static void sayAgain(Watch watch) {
        try {
            watch.asker().leaderChanged();
        } catch (RuntimeException e) {
            LOG.error("a new leader could not be asked", e);
        }
    }
}
