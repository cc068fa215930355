package io.sluice.queuegroups.shard;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which other nodes are short of disk space, as they say themselves, and so whether a shard may take more.
 *
 * <p>What is published must fit on a majority of the replicas, or the disks of those that make it up fill and the shard ends with them. A node that is not heard
 * of proves nothing, the way by which nodes tell may be gone while consensus is well: it counts against a shard only beside one that says that it is short.
 *
 * <p>*Confined to:* any thread.
 */
final class ReplicaDisks {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaDisks.class);
    /** Nodes tell about once a second. */
    private static final long FRESH_MS = 5_000;

    private final LongSupplier steadyMs;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();

    private record Heard(boolean isShort, long atMs) {}

    ReplicaDisks(LongSupplier steadyMs) {
        this.steadyMs = steadyMs;
    }

    /** What a node says of itself. */
    void heard(String node, boolean isShort) {
        Heard before = heard.put(node, new Heard(isShort, steadyMs.getAsLong()));
        if (isShort && (before == null || !before.isShort())) {
            LOG.warn("node {} is short of disk space", node);
        } else if (!isShort && before != null && before.isShort()) {
            LOG.info("node {} has disk space again", node);
        }
    }

    /** Whether so many of a shard's other replicas are short of disk space that those with room, and this one, are no majority. */
    boolean areTooFewLeft(List<String> replicas, String self) {
        long nowMs = steadyMs.getAsLong();
        int shortCount = 0;
        int roomCount = 1;
        for (String node : replicas) {
            Heard last = node.equals(self) ? null : heard.get(node);
            if (last != null && nowMs - last.atMs() < FRESH_MS) {
                shortCount += last.isShort() ? 1 : 0;
                roomCount += last.isShort() ? 0 : 1;
            }
        }
        return shortCount > 0 && roomCount <= replicas.size() / 2;
    }
}
