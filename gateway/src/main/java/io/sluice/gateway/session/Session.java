package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Names;
import io.sluice.protocol.QueueAddress;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.CloseProducer;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.SetPrefetch;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Unsubscribe;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.tenantmanager.api.GroupView;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.api.Verdict;
import it.unimi.dsi.fastutil.ints.Int2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One authenticated client, whatever its protocol: its producers and consumers by handle, and the limits on both.
 *
 * <p>A frame for a handle that was closed from this side is dropped, since the client could not know; one for a handle that never was ends the connection.
 * <em>Confined to:</em> the connection's event loop.
 */
final class Session {
    private final SessionScope scope;
    private final @Nullable Long earlierOrigin;
    private final Int2ObjectLinkedOpenHashMap<ProducerSession> producers = new Int2ObjectLinkedOpenHashMap<>();
    private final Int2ObjectLinkedOpenHashMap<ConsumerSession> consumers = new Int2ObjectLinkedOpenHashMap<>();
    private final Set<ProducerSession> openingProducers = new HashSet<>();
    private final Set<ConsumerSession> openingConsumers = new HashSet<>();
    private final ProducerSession.Owner producerOwner = new ProducerOwner();
    private final ConsumerSession.Owner consumerOwner = new ConsumerOwner();
    private int lastHandle;

    /** @param earlierOrigin packed, of the loop that the connection was on which this one continues, or null */
    Session(SessionScope scope, @Nullable Long earlierOrigin) {
        this.scope = scope;
        this.earlierOrigin = earlierOrigin;
    }

    void accept(Frame frame) {
        switch (frame.type()) {
            case OPEN_PRODUCER -> openProducer((OpenProducer) frame);
            case PUBLISH -> publish((Publish) frame);
            case CLOSE_PRODUCER -> closeProducer((CloseProducer) frame);
            case SUBSCRIBE -> subscribe((Subscribe) frame);
            case RESUME_CONSUMER -> resume((ResumeConsumer) frame);
            case SET_PREFETCH -> setPrefetch((SetPrefetch) frame);
            case ACK -> settle(((Ack) frame).handle(), Outcome.ACK, (Ack) frame);
            case NACK -> nack((Nack) frame);
            case UNSUBSCRIBE -> unsubscribe((Unsubscribe) frame);
            default -> scope.violated(frame.type() + " is not for this side or not for this moment");
        }
    }

    private void openProducer(OpenProducer open) {
        int most = scope.loop.settings().maxProducersPerConnection();
        String name = open.producerName();
        GroupView group = group(open.group());
        if (producers.size() + openingProducers.size() >= most) {
            String message = "this connection has its " + most + " producers (gateway.maxProducersPerConnection)";
            scope.refuse(open.requestId(), ErrorCode.QUOTA_EXCEEDED, message);
        } else if (!name.isEmpty() && !Names.isValid(name)) {
            scope.refuse(open.requestId(), ErrorCode.FORBIDDEN, String.valueOf(Names.problem("producer name", name)));
        } else if (group == null) {
            scope.refuse(open.requestId(), ErrorCode.NOT_FOUND, "there is no queue group " + shortened(open.group()));
        } else {
            openingProducers.add(new ProducerSession(scope, producerOwner, open, group));
        }
    }

    private void publish(Publish publish) {
        ProducerSession producer = find(producers::get, publish.handle(), "PUBLISH");
        if (producer != null) {
            producer.publish(publish);
        }
    }

    private void closeProducer(CloseProducer close) {
        ProducerSession producer = find(producers::get, close.handle(), "CLOSE_PRODUCER");
        if (producer != null) {
            producer.closeByClient(close.forget());
        }
    }

    private void subscribe(Subscribe subscribe) {
        QueueRef queue = consumable(subscribe.requestId(), subscribe.queue());
        if (queue == null) {
            return;
        }
        if (subscribe.prefetchCount() < 1) {
            scope.violated("SUBSCRIBE: prefetchCount must be at least 1");
            return;
        }
        Prefetch prefetch = prefetch(subscribe.prefetchCount(), subscribe.prefetchBytes());
        if (reserve(subscribe.requestId(), prefetch)) {
            openingConsumers.add(
                    ConsumerSession.subscribe(scope, consumerOwner, subscribe.requestId(), queue, prefetch));
        }
    }

    private Prefetch prefetch(int count, int bytes) {
        return Prefetch.bounded(count, bytes, prefetchBytes(), scope.loop.settings());
    }

    private void resume(ResumeConsumer resume) {
        if (earlierOrigin == null || resume.prefetchCount() < 1) {
            String message = "nothing to resume: CONNECT showed no resume token, or RESUME_CONSUMER names no queue;"
                    + " subscribe anew";
            scope.refuse(resume.requestId(), ErrorCode.NOT_FOUND, message);
            return;
        }
        QueueRef queue = consumable(resume.requestId(), resume.queue());
        if (queue == null) {
            return;
        }
        Prefetch prefetch = prefetch(resume.prefetchCount(), resume.prefetchBytes());
        if (reserve(resume.requestId(), prefetch)) {
            long sender = scope.consumerIds.sender(earlierOrigin, queue, resume.consumerId());
            ConsumerSession consumer =
                    ConsumerSession.resume(scope, consumerOwner, resume.requestId(), queue, prefetch);
            openingConsumers.add(consumer);
            consumer.takeOver(earlierOrigin, sender, resume.lastTag());
        }
    }

    /** The queue, if it is there and this client may consume it; else the request is refused and the answer null. */
    private @Nullable QueueRef consumable(int requestId, String address) {
        QueueAddress parsed = QueueAddress.parse(address);
        if (parsed == null) {
            scope.refuse(requestId, ErrorCode.NOT_FOUND, String.valueOf(QueueAddress.problem(address)));
            return null;
        }
        if (!scope.principal.permissions().mayConsume(parsed.group(), parsed.queue())) {
            String message = "key " + scope.principal.keyName() + " may not consume " + address;
            scope.refuse(requestId, ErrorCode.FORBIDDEN, message);
            return null;
        }
        GroupView group = group(parsed.group());
        Long id = group == null ? null : group.queues().get(parsed.queue());
        if (group == null || id == null) {
            scope.refuse(requestId, ErrorCode.NOT_FOUND, "there is no queue " + address);
            return null;
        }
        return new QueueRef(parsed.group(), parsed.queue(), group.shard(), group.groupId(), id);
    }

    private boolean reserve(int requestId, Prefetch prefetch) {
        int most = scope.loop.settings().maxConsumersPerConnection();
        if (consumers.size() + openingConsumers.size() >= most) {
            String message = "this connection has its " + most + " consumers (gateway.maxConsumersPerConnection)";
            scope.refuse(requestId, ErrorCode.QUOTA_EXCEEDED, message);
            return false;
        }
        Verdict verdict = scope.flow.gate.reserveUnacked(prefetch.count());
        if (verdict instanceof Verdict.Refused refused) {
            scope.refuse(requestId, refused.code(), refused.message());
            return false;
        }
        return true;
    }

    private void setPrefetch(SetPrefetch wanted) {
        ConsumerSession consumer = find(consumers::get, wanted.handle(), "SET_PREFETCH");
        if (consumer == null) {
            return;
        }
        if (wanted.prefetchCount() < 1) {
            scope.violated("SET_PREFETCH: prefetchCount must be at least 1");
            return;
        }
        long others = prefetchBytes() - consumer.prefetchBytes();
        consumer.setPrefetch(
                Prefetch.bounded(wanted.prefetchCount(), wanted.prefetchBytes(), others, scope.loop.settings()));
    }

    private long prefetchBytes() {
        long bytes = 0;
        for (ConsumerSession consumer : consumers.values()) {
            bytes += consumer.prefetchBytes();
        }
        for (ConsumerSession consumer : openingConsumers) {
            bytes += consumer.prefetchBytes();
        }
        return bytes;
    }

    private void settle(int handle, Outcome outcome, Ack ack) {
        ConsumerSession consumer = find(consumers::get, handle, "ACK");
        if (consumer != null) {
            consumer.settle(outcome, 0, ack.tags());
        }
    }

    private void nack(Nack nack) {
        ConsumerSession consumer = find(consumers::get, nack.handle(), "NACK");
        if (consumer != null) {
            Outcome outcome = nack.discard() ? Outcome.DISCARD : Outcome.REQUEUE;
            consumer.settle(outcome, nack.discard() ? 0 : nack.delayMs(), nack.tags());
        }
    }

    private void unsubscribe(Unsubscribe unsubscribe) {
        ConsumerSession consumer = find(consumers::get, unsubscribe.handle(), "UNSUBSCRIBE");
        if (consumer != null) {
            consumer.unsubscribe();
        }
    }

    private <T> @Nullable T find(IntFunction<@Nullable T> byHandle, int handle, String frame) {
        T found = byHandle.apply(handle);
        if (found == null && (handle < 1 || handle > lastHandle)) {
            scope.violated(frame + ": handle " + handle + " was never opened");
        }
        return found;
    }

    private @Nullable GroupView group(String name) {
        TenantView view = scope.loop.directory().tenant(scope.principal.tenantId());
        return view == null ? null : view.groups().get(name);
    }

    private static String shortened(String name) {
        return name.length() <= Names.MAX_CHARS ? name : name.substring(0, Names.MAX_CHARS) + "…";
    }

    /** The client takes data again: held deliveries, then held credit. */
    void writable() {
        if (!consumers.isEmpty()) {
            // Another one goes first each time, or the first would take all the room.
            consumers.getAndMoveToLast(consumers.firstIntKey());
        }
        new ArrayList<>(consumers.values()).forEach(ConsumerSession::writable);
        producers.values().forEach(ProducerSession::raiseCredit);
    }

    /** @param graceMs how long the consumers may be resumed; 0: they end now */
    void end(long graceMs) {
        new ArrayList<>(producers.values()).forEach(ProducerSession::end);
        new ArrayList<>(openingProducers).forEach(ProducerSession::end);
        new ArrayList<>(consumers.values()).forEach(consumer -> consumer.end(graceMs));
        new ArrayList<>(openingConsumers).forEach(consumer -> consumer.end(0));
    }

    private final class ProducerOwner implements ProducerSession.Owner {
        @Override
        public int opened(ProducerSession producer) {
            openingProducers.remove(producer);
            producers.put(++lastHandle, producer);
            return lastHandle;
        }

        @Override
        public void closed(ProducerSession producer, int handle) {
            openingProducers.remove(producer);
            producers.remove(handle);
        }
    }

    private final class ConsumerOwner implements ConsumerSession.Owner {
        @Override
        public int opened(ConsumerSession consumer) {
            openingConsumers.remove(consumer);
            consumers.put(++lastHandle, consumer);
            return lastHandle;
        }

        @Override
        public void closed(ConsumerSession consumer, int handle) {
            openingConsumers.remove(consumer);
            consumers.remove(handle);
        }
    }
}
