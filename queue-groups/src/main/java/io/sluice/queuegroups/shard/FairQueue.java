package io.sluice.queuegroups.shard;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Commands that wait for the log, one queue per tenant, taken by weighted deficit round robin.
 *
 * <p>At each visit a tenant is granted {@code quantum × weight} bytes of cost and keeps what it did not use while it has commands waiting; when its queue
 * empties, the rest lapses. So over any stretch two busy tenants get shares as their weights, whatever the sizes of their commands, and a tenant that comes
 * back from idleness brings no savings along.
 *
 * <p><em>Invariants:</em> commands of one tenant leave in the order in which they came; a tenant is in the ring exactly while its queue is not empty.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class FairQueue {
    private final Long2ObjectOpenHashMap<Lane> lanes = new Long2ObjectOpenHashMap<>();
    private final ArrayDeque<Lane> ring = new ArrayDeque<>();
    private final int quantumBytes;
    private final Weights weights;
    private int count;

    /** A tenant's share in the fair append, 1–100. */
    interface Weights {
        int weight(long tenantId);
    }

    /** One tenant's waiting commands and what it may still spend. */
    private static final class Lane {
        final long tenantId;
        final ArrayDeque<Pending> commands = new ArrayDeque<>();
        long grant;
        long deficit;
        long bytes;
        boolean granted;

        Lane(long tenantId) {
            this.tenantId = tenantId;
        }
    }

    FairQueue(int quantumBytes, Weights weights) {
        this.quantumBytes = quantumBytes;
        this.weights = weights;
    }

    void add(Pending pending) {
        long tenantId = pending.command().tenantId();
        Lane lane = lanes.get(tenantId);
        if (lane == null) {
            lane = new Lane(tenantId);
            lanes.put(tenantId, lane);
            ring.addLast(lane);
        }
        lane.commands.addLast(pending);
        lane.bytes += pending.command().costBytes();
        count++;
    }

    /**
     * Takes the command whose turn it is, or answers null when there is none or it is larger than {@code maxBytes}; then it stays first in turn.
     *
     * @param maxBytes room for the command's log form
     */
    @Nullable
    Pending poll(int maxBytes) {
        int barren = 0;
        for (Lane lane = ring.peekFirst(); lane != null; lane = ring.peekFirst()) {
            if (!lane.granted) {
                // Asked anew at each visit: the lane of a tenant that floods is never made again.
                lane.grant = (long) quantumBytes * Math.max(1, weights.weight(lane.tenantId));
                lane.deficit += lane.grant;
                lane.granted = true;
            }
            Pending first = lane.commands.getFirst();
            if (first.command().costBytes() <= lane.deficit) {
                return first.command().sizeBytes() <= maxBytes ? take(lane) : null;
            }
            lane.granted = false;
            ring.addLast(ring.removeFirst());
            if (++barren >= ring.size()) {
                skipBarrenRounds();
                barren = 0;
            }
        }
        return null;
    }

    /** Removes everything, in no particular fairness but in each tenant's order. */
    @Nullable
    Pending drainOne() {
        Lane lane = ring.peekFirst();
        return lane == null ? null : take(lane);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Commands waiting, of all tenants. */
    int count() {
        return count;
    }

    /** Cost of the tenant's waiting commands. */
    long pendingBytes(long tenantId) {
        Lane lane = lanes.get(tenantId);
        return lane == null ? 0 : lane.bytes;
    }

    private Pending take(Lane lane) {
        Pending first = lane.commands.removeFirst();
        int cost = first.command().costBytes();
        lane.deficit -= cost;
        lane.bytes -= cost;
        count--;
        if (lane.commands.isEmpty()) {
            ring.removeFirst();
            lanes.remove(lane.tenantId);
        }
        return first;
    }

    /** Nobody could afford its first command: grants at once the rounds that would pass without one leaving. */
    private void skipBarrenRounds() {
        long rounds = Long.MAX_VALUE;
        for (Lane lane : ring) {
            long missing = lane.commands.getFirst().command().costBytes() - lane.deficit;
            rounds = Math.min(rounds, (missing + lane.grant - 1) / lane.grant);
        }
        for (Lane lane : ring) {
            lane.deficit += (rounds - 1) * lane.grant;
        }
    }
}
