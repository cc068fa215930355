package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The PUBLISH commands of one gateway loop to one shard that have no outcome yet, and their bytes per tenant.
 *
 * <p><em>Invariants:</em> a tenant's bytes are the sum over its senders' entries; a sender's entries stand in the order in which they were sent.
 *
 * <p><em>Confined to:</em> the loop's context.
 */
final class UnresolvedPublishes {
    private static final int FIRST_SEQUENCE_AT = 4;
    private static final int COUNT_AT = 12;

    private final Long2ObjectOpenHashMap<ArrayDeque<Sent>> bySender = new Long2ObjectOpenHashMap<>();
    private final Long2LongOpenHashMap bytesByTenant = new Long2LongOpenHashMap();

    private record Sent(long tenantId, long lastSequence, int bytes) {}

    void sent(ShardCommand command) {
        if (command.type() == CommandType.CLOSE_PRODUCER) {
            forget(command.sender());
        }
        if (command.type() != CommandType.PUBLISH) {
            return;
        }
        int at = command.head().position();
        long last =
                command.head().getLong(at + FIRST_SEQUENCE_AT) + command.head().getInt(at + COUNT_AT) - 1;
        ArrayDeque<Sent> entries = bySender.get(command.sender());
        if (entries == null) {
            entries = new ArrayDeque<>(4);
            bySender.put(command.sender(), entries);
        }
        entries.addLast(new Sent(command.tenantId(), last, command.sizeBytes()));
        bytesByTenant.addTo(command.tenantId(), command.sizeBytes());
    }

    void resolved(ShardEvent event) {
        if (event instanceof ShardEvent.Confirmed e) {
            resolve(e.sender(), e.lastSequence());
        } else if (event instanceof ShardEvent.Rejected e) {
            resolve(e.sender(), e.lastSequence());
        } else if (event instanceof ShardEvent.Failed e && e.type() == CommandType.PUBLISH) {
            resolveOldest(e.sender());
        }
    }

    long bytes(long tenantId) {
        return bytesByTenant.get(tenantId);
    }

    private void resolve(long sender, long lastSequence) {
        ArrayDeque<Sent> entries = bySender.get(sender);
        while (entries != null && !entries.isEmpty() && entries.getFirst().lastSequence() <= lastSequence) {
            release(entries.removeFirst());
        }
        forgetIfEmpty(sender, entries);
    }

    /** What could not be logged names no sequence; the log refuses in the order of sending, so it is the oldest. */
    private void resolveOldest(long sender) {
        ArrayDeque<Sent> entries = bySender.get(sender);
        if (entries != null) {
            release(entries.removeFirst());
            forgetIfEmpty(sender, entries);
        }
    }

    /** Nobody waits for the producer's outcomes any more, and some may never come. */
    void forget(long sender) {
        ArrayDeque<Sent> entries = bySender.remove(sender);
        if (entries != null) {
            entries.forEach(this::release);
        }
    }

    private void release(Sent sent) {
        if (bytesByTenant.addTo(sent.tenantId(), -sent.bytes()) == sent.bytes()) {
            bytesByTenant.remove(sent.tenantId());
        }
    }

    private void forgetIfEmpty(long sender, @Nullable ArrayDeque<Sent> entries) {
        if (entries != null && entries.isEmpty()) {
            bySender.remove(sender);
        }
    }
}
