package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The producers of one group, by name and by connection, bounded in number.
 *
 * <p>A producer that no connection owns is forgotten after an idle time of machine time. One that is owned is not: its client would meet a gap.
 */
final class Producers {
    private final GroupContext context;
    private final Map<String, Producer> byName = new LinkedHashMap<>();
    /** Owners, and the owners before them. */
    private final Map<ClientKey, Producer> byClient = new LinkedHashMap<>();

    private long nextExpiryMs = Run.NEVER;

    Producers(GroupContext context) {
        this.context = context;
    }

    @Nullable
    Producer find(ClientKey client) {
        return byClient.get(client);
    }

    /** Takes a new epoch of the producer for the client and answers; its owner gets the same answer again. */
    void open(ClientKey client, String name, IntSupplier epochs) {
        Producer known = byName.get(name);
        Producer held = byClient.get(client);
        if (held != null && held != known && client.equals(held.owner())) {
            refuse(client, ErrorCode.ALREADY_EXISTS, "this producer number is open under another name");
            return;
        }
        if (held != null && held != known) {
            held.forgetFenced();
            byClient.remove(client);
        }
        if (known == null && byName.size() >= context.limits().maxProducersPerGroup() && !evict()) {
            String most =
                    "the group has " + byName.size() + " producers, the most it may; close one or wait for an idle one";
            refuse(client, ErrorCode.QUOTA_EXCEEDED, most);
            return;
        }
        Producer producer = known == null ? new Producer(name) : known;
        byName.put(name, producer);
        // Who asks again has not heard the answer, or the question came twice: a newer epoch would fence what it
        // publishes already.
        boolean again = client.equals(producer.owner());
        take(producer, client, again ? producer.epoch() : epochs.getAsInt());
    }

    private void refuse(ClientKey client, ErrorCode code, String message) {
        context.emit(client, new Effect.Failed(client.sender(), CommandType.OPEN_PRODUCER, code, message));
    }

    private void take(Producer producer, ClientKey client, int epoch) {
        ClientKey older = producer.owner();
        if (producer.fenced() != null) {
            byClient.remove(producer.fenced());
        }
        producer.open(client, epoch, context.nowMs());
        byClient.put(client, producer);
        if (older != null && !older.equals(client)) {
            context.emit(older, new Effect.ProducerFenced(older.sender(), epoch));
        }
        context.emit(client, new Effect.ProducerOpened(client.sender(), epoch, producer.lastSequence()));
        for (Producer.Range range : producer.rejected()) {
            context.emit(client, duplicate(client, range.first(), range.last(), range.code()));
        }
    }

    static Effect duplicate(ClientKey client, long first, long last, ErrorCode code) {
        return new Effect.Rejected(client.sender(), first, last, code, "rejected when it was first sent");
    }

    /** The client has no use for it any more. @param forget nobody will come back for it */
    void close(ClientKey client, boolean forget) {
        Producer producer = byClient.get(client);
        context.emit(client, new Effect.ProducerLeft(client.sender()));
        if (producer == null) {
            return;
        }
        if (!client.equals(producer.owner())) {
            byClient.remove(client);
            producer.forgetFenced();
        } else if (forget) {
            remove(producer);
        } else {
            disown(producer);
        }
    }

    /** Everything of these clients is closed; they may come back elsewhere. */
    void lose(Predicate<ClientKey> lost) {
        for (Producer producer : byName.values()) {
            if (producer.owner() != null && lost.test(producer.owner())) {
                disown(producer);
            } else if (producer.fenced() != null && lost.test(producer.fenced())) {
                byClient.remove(producer.fenced());
                producer.forgetFenced();
            }
        }
    }

    /** Tells every owner that something it published may not have been taken. */
    void askAgain() {
        String held = "the queue group was held for a move; retry";
        for (Producer producer : byName.values()) {
            ClientKey owner = producer.owner();
            if (owner != null) {
                context.emit(
                        owner, new Effect.Failed(owner.sender(), CommandType.PUBLISH, ErrorCode.UNAVAILABLE, held));
            }
        }
    }

    private void disown(Producer producer) {
        removeClients(producer);
        producer.disown(context.nowMs());
        nextExpiryMs = Math.min(nextExpiryMs, expiryMs(producer));
    }

    private void removeClients(Producer producer) {
        if (producer.owner() != null) {
            byClient.remove(producer.owner());
        }
        if (producer.fenced() != null) {
            byClient.remove(producer.fenced());
        }
    }

    private void remove(Producer producer) {
        removeClients(producer);
        byName.remove(producer.name());
    }

    private long expiryMs(Producer producer) {
        return producer.lastUsedMs() + context.limits().producerExpiryMs();
    }

    /** What is due when an idle producer is forgotten is reckoned anew. */
    void limitsChanged() {
        nextExpiryMs = Run.NEVER;
        for (Producer producer : byName.values()) {
            if (producer.owner() == null) {
                nextExpiryMs = Math.min(nextExpiryMs, expiryMs(producer));
            }
        }
    }

    /** Makes room by forgetting the producer without an owner that was used longest ago. */
    private boolean evict() {
        Producer oldest = null;
        for (Producer producer : byName.values()) {
            if (producer.owner() == null && (oldest == null || producer.lastUsedMs() < oldest.lastUsedMs())) {
                oldest = producer;
            }
        }
        if (oldest != null) {
            remove(oldest);
        }
        return oldest != null;
    }

    /** Forgets idle producers. */
    void tick(WorkBudget budget) {
        if (nextExpiryMs > context.nowMs()) {
            return;
        }
        nextExpiryMs = Run.NEVER;
        for (Iterator<Producer> producers = byName.values().iterator(); producers.hasNext(); ) {
            Producer producer = producers.next();
            if (producer.owner() != null) {
                continue;
            }
            if (expiryMs(producer) <= context.nowMs() && budget.take(1)) {
                removeClients(producer);
                producers.remove();
            } else {
                nextExpiryMs = Math.min(nextExpiryMs, expiryMs(producer));
            }
        }
    }

    /** May be early, never late. */
    long nextDueMs() {
        return nextExpiryMs;
    }

    void forEachOwner(LongConsumer visitor) {
        for (Producer producer : byName.values()) {
            if (producer.owner() != null) {
                visitor.accept(producer.owner().origin());
            }
        }
    }

    void verify() {
        int clients = 0;
        for (Producer producer : byName.values()) {
            producer.verify();
            clients += holds(producer, producer.owner()) + holds(producer, producer.fenced());
            Check.that(
                    producer.owner() != null || expiryMs(producer) >= nextExpiryMs, "an idle producer never expires");
        }
        Check.same(clients, byClient.size(), "connections of producers");
    }

    private int holds(Producer producer, @Nullable ClientKey client) {
        Check.that(client == null || byClient.get(client) == producer, "a producer's connection is not registered");
        return client == null ? 0 : 1;
    }

    void write(StateWriter out) {
        out.i64(nextExpiryMs);
        out.varint(byName.size());
        byName.values().forEach(producer -> producer.write(out));
    }

    void read(StateReader in) {
        nextExpiryMs = in.i64();
        for (int left = in.count(); left > 0; left--) {
            Producer producer = Producer.read(in);
            byName.put(producer.name(), producer);
            if (producer.owner() != null) {
                byClient.put(producer.owner(), producer);
            }
            if (producer.fenced() != null) {
                byClient.put(producer.fenced(), producer);
            }
        }
    }
}
