package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.Commands.Settlement;
import io.sluice.queuegroups.machine.ModelQueue.Message;
import io.sluice.queuegroups.machine.ModelQueue.ModelConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What one queue group must do, message by message: commands change it, the machine's effects are checked against it. It does not foresee to whom a message goes:
 * any delivery that the rules allow is followed, and {@link #checkNothingWaits} sees that none is left out.
 */
final class Model {
    final Map<Long, ModelQueue> queues = new LinkedHashMap<>();
    final Map<ClientKey, ModelConsumer> consumers = new LinkedHashMap<>();
    final Map<String, ModelProducer> producers = new LinkedHashMap<>();
    final Map<Long, Message> messages = new HashMap<>();
    private final Set<Long> deleted = new HashSet<>();
    final boolean exactBytes;
    /** Tags sent again since the command began. */
    final List<Long> resent = new ArrayList<>();

    long nowMs;

    Model(boolean exactBytes) {
        this.exactBytes = exactBytes;
    }

    /** A producer of the model: the outcome of every sequence. */
    static final class ModelProducer {
        ClientKey owner;
        int epoch;
        long lastUsedMs;
        final TreeMap<Long, ErrorCode> rejected = new TreeMap<>();
        long lastSequence;
    }

    void define(long queueId, QueueOptions options, long deadLetterQueueId) {
        if (deleted.contains(queueId)) {
            return;
        }
        ModelQueue queue = queues.computeIfAbsent(queueId, id -> new ModelQueue(id, options, deadLetterQueueId));
        queue.options = options;
        queue.deadLetterQueueId = deadLetterQueueId;
    }

    /** Outcome of each sequence of the publish, null for confirmed. */
    Map<Long, ErrorCode> publish(
            ModelProducer producer, int epoch, ClientKey client, long first, boolean atomic, List<Part> parts) {
        Map<Long, ErrorCode> outcomes = new TreeMap<>();
        int count = parts.stream().mapToInt(part -> part.specs().size()).sum();
        ErrorCode refused = refusal(producer, epoch, client, first);
        if (refused != null) {
            for (long sequence = first; sequence < first + count; sequence++) {
                outcomes.put(sequence, refused);
            }
            return outcomes;
        }
        ErrorCode all = atomic ? atomicRefusal(parts, producer.lastSequence - first + 1) : null;
        long sequence = first;
        for (Part part : parts) {
            ErrorCode refusal = all;
            for (Messages.Spec spec : part.specs()) {
                if (sequence <= producer.lastSequence) {
                    outcomes.put(sequence, producer.rejected.get(sequence));
                } else {
                    refusal = refusal == null ? take(part.queueId(), spec) : refusal;
                    producer.lastSequence = sequence;
                    producer.lastUsedMs = nowMs;
                    outcomes.put(sequence, refusal);
                    if (refusal != null) {
                        producer.rejected.put(sequence, refusal);
                    }
                }
                sequence++;
            }
        }
        return outcomes;
    }

    private static ErrorCode refusal(ModelProducer producer, int epoch, ClientKey client, long first) {
        if (!client.equals(producer.owner) || epoch != producer.epoch) {
            return ErrorCode.NOT_FOUND;
        }
        return first > producer.lastSequence + 1 ? ErrorCode.OUT_OF_SEQUENCE : null;
    }

    Map<Long, ErrorCode> skip(ModelProducer producer, int epoch, ClientKey client, long first, long last) {
        Map<Long, ErrorCode> outcomes = new TreeMap<>();
        ErrorCode refused = refusal(producer, epoch, client, first);
        for (long sequence = first; sequence <= last; sequence++) {
            if (refused == null && sequence > producer.lastSequence) {
                producer.lastSequence = sequence;
                producer.lastUsedMs = nowMs;
                producer.rejected.put(sequence, ErrorCode.THROTTLED);
            }
            outcomes.put(sequence, refused == null ? producer.rejected.get(sequence) : refused);
        }
        return outcomes;
    }

    /** Messages of one publish for one queue. */
    record Part(long queueId, List<Messages.Spec> specs) {}

    private ErrorCode take(long queueId, Messages.Spec spec) {
        ModelQueue queue = queues.get(queueId);
        if (queue == null) {
            return ErrorCode.NOT_FOUND;
        }
        if (!queue.makeRoom(this, false)) {
            return ErrorCode.QUOTA_EXCEEDED;
        }
        Message message = new Message(spec, queue, nowMs);
        messages.put(spec.id(), message);
        if (spec.delayMs() > 0) {
            message.dueMs = nowMs + spec.delayMs();
            queue.delayed.add(message);
        } else {
            queue.line(message);
        }
        return null;
    }

    private ErrorCode atomicRefusal(List<Part> parts, long known) {
        Map<Long, Long> counts = new LinkedHashMap<>();
        long skip = known;
        for (Part part : parts) {
            long fresh = Math.max(0, part.specs().size() - Math.max(0, skip));
            skip -= part.specs().size();
            if (fresh > 0) {
                counts.merge(part.queueId(), fresh, Long::sum);
            }
        }
        for (Map.Entry<Long, Long> entry : counts.entrySet()) {
            ModelQueue queue = queues.get(entry.getKey());
            if (queue == null) {
                return ErrorCode.NOT_FOUND;
            }
            long fixed =
                    queue.options.overflow() == OverflowPolicy.REJECT ? queue.held() : queue.held() - queue.idle.size();
            if (entry.getValue() > queue.bound() - fixed) {
                return ErrorCode.QUOTA_EXCEEDED;
            }
        }
        return null;
    }

    void deadLetter(Message message) {
        ModelQueue from = message.queue;
        ModelQueue to = queues.get(from.deadLetterQueueId);
        if (message.moved || to == null || to == from || !to.makeRoom(this, true)) {
            message.gone = true;
            return;
        }
        message.moved = true;
        message.queue = to;
        message.deliveries = 0;
        message.notBeforeMs = 0;
        message.expiryMs = to.expiryMs(nowMs, 0);
        to.line(message);
    }

    void subscribe(ClientKey client, long queueId, int prefetchCount, long prefetchBytes, int epoch) {
        ModelConsumer consumer =
                consumers.computeIfAbsent(client, key -> new ModelConsumer(queues.get(queueId), key, epoch));
        consumer.prefetchCount = prefetchCount;
        consumer.prefetchBytes = prefetchBytes;
    }

    void settle(ModelConsumer consumer, long sequence, List<Settlement> settlements) {
        if (sequence == consumer.settleSequence + 1) {
            consumer.settleSequence = sequence;
            for (Settlement s : settlements) {
                List<Long> tags = new ArrayList<>(consumer.out
                        .subMap(s.firstTag(), true, s.lastTag(), true)
                        .keySet());
                tags.forEach(tag -> settle(consumer, tag, s.outcome(), s.delayMs()));
            }
        }
    }

    private void settle(ModelConsumer consumer, long tag, Outcome outcome, long delayMs) {
        Message message = consumer.out.remove(tag);
        message.owner = null;
        QueueOptions options = message.queue.options;
        message.queue.checkedOut--;
        if (outcome == Outcome.ACK || outcome == Outcome.REQUEUE && message.expiryMs <= nowMs) {
            message.gone = true;
        } else if (outcome == Outcome.DISCARD || message.deliveries >= options.maxDeliveries()) {
            deadLetter(message);
        } else {
            long backOff = options.redeliveryDelayMs() << Math.min(20, message.deliveries - 1);
            long most = Math.max(options.redeliveryDelayMs(), options.maxRedeliveryDelayMs());
            message.notBeforeMs = nowMs + (delayMs >= 0 ? delayMs : Math.min(most, backOff));
            message.queue.idle.put(message.position, message);
        }
    }

    /** The consumer goes; what it has returns. */
    void remove(ModelConsumer consumer) {
        for (Long tag : List.copyOf(consumer.out.keySet())) {
            settle(consumer, tag, Outcome.REQUEUE, -1);
        }
        consumers.remove(consumer.client);
    }

    void lose(Predicate<ClientKey> lost, long graceMs) {
        for (ModelConsumer consumer : List.copyOf(consumers.values())) {
            if (lost.test(consumer.client) && graceMs == 0) {
                remove(consumer);
            } else if (lost.test(consumer.client) && consumer.attached()) {
                consumer.detachedUntilMs = nowMs + graceMs;
            }
        }
        for (ModelProducer producer : producers.values()) {
            if (producer.owner != null && lost.test(producer.owner)) {
                producer.owner = null;
                producer.lastUsedMs = nowMs;
            }
        }
    }

    void purge(ModelQueue queue) {
        queue.idle.values().forEach(message -> message.gone = true);
        queue.delayed.forEach(message -> message.gone = true);
        queue.idle.clear();
        queue.delayed.clear();
    }

    void delete(ModelQueue queue) {
        purge(queue);
        for (ModelConsumer consumer : List.copyOf(consumers.values())) {
            if (consumer.queue == queue) {
                consumer.out.values().forEach(message -> message.gone = true);
                consumers.remove(consumer.client);
            }
        }
        queues.remove(queue.id);
        deleted.add(queue.id);
    }

    void deliver(long origin, Effect.Deliver d, List<Long> ids) {
        ModelConsumer consumer = consumers.get(new ClientKey(origin, d.sender()));
        assertThat(consumer).as("consumer of %s", d).isNotNull();
        assertThat(d.epoch()).isEqualTo(consumer.epoch);
        assertThat(ids).as("messages of %s", d).hasSize(d.count());
        for (int i = 0; i < ids.size(); i++) {
            Message message = messages.get(ids.get(i));
            long tag = d.firstTag() + i;
            assertThat(message.publishedMs).isEqualTo(d.timestampMs());
            assertThat(message.queue.id).isEqualTo(d.queueId());
            if (tag < consumer.nextTag) {
                assertThat(consumer.out.get(tag))
                        .as("sent again under tag %s", tag)
                        .isSameAs(message);
                assertThat(message.deliveries).isEqualTo(d.deliveryCount());
                resent.add(tag);
            } else {
                // What it has may be said again to one that is detached: an ATTACH that comes twice, late.
                assertThat(consumer.attached())
                        .as("delivered to a detached consumer")
                        .isTrue();
                assertThat(tag).as("next tag").isEqualTo(consumer.nextTag);
                checkMayBeGiven(message, consumer);
                checkOut(message, consumer, d.deliveryCount());
            }
        }
    }

    private void checkOut(Message message, ModelConsumer consumer, int deliveryCount) {
        message.deliveries++;
        assertThat(message.deliveries).as("delivery count").isEqualTo(deliveryCount);
        message.owner = consumer;
        message.queue.idle.remove(message.position);
        if (message.queue.delayed.remove(message)) {
            message.position = message.queue.nextPosition++;
        }
        message.queue.checkedOut++;
        consumer.out.put(consumer.nextTag++, message);
    }

    private void checkMayBeGiven(Message m, ModelConsumer consumer) {
        assertThat(m.gone).as("message %s is gone", m.spec).isFalse();
        assertThat(m.owner).as("owner of %s", m.spec).isNull();
        assertThat(m.queue).isSameAs(consumer.queue);
        assertThat(m.expiryMs).as("expiry of %s", m.spec).isGreaterThan(nowMs);
        assertThat(m.dueMs).as("due time of %s", m.spec).isLessThanOrEqualTo(nowMs);
        assertThat(m.notBeforeMs).as("back-off of %s", m.spec).isLessThanOrEqualTo(nowMs);
        assertThat((long) consumer.out.size()).as("prefetch").isLessThan(consumer.prefetchCount);
        assertThat(!exactBytes || consumer.hasCredit()).as("prefetch bytes").isTrue();
        for (Message other : m.queue.idle.headMap(m.position, false).values()) {
            // The model does not know when exactly a delayed message lined up.
            boolean comparable = m.spec.delayMs() == 0 && other.spec.delayMs() == 0;
            boolean rival = comparable && other.expiryMs > nowMs && other.key.equals(m.key);
            boolean waitsForItsTime = other.notBeforeMs > nowMs && m.key.isEmpty();
            assertThat(rival && !waitsForItsTime)
                    .as("%s at %s overtakes %s at %s", m.spec, m.position, other.spec, other.position)
                    .isFalse();
        }
        if (!m.key.isEmpty()) {
            for (ModelConsumer other : consumers.values()) {
                boolean sharesKey = other != consumer
                        && other.queue == m.queue
                        && other.out.values().stream().anyMatch(x -> x.key.equals(m.key));
                assertThat(sharesKey).as("key %s at two consumers", m.key).isFalse();
            }
        }
    }

    /** After a tick with nothing left to do: no consumer has credit while a message could be given to it. */
    void checkNothingWaits() {
        for (ModelConsumer consumer : consumers.values()) {
            if (consumer.hasCredit()) {
                consumer.queue.idle.values().forEach(this::checkCannotBeGiven);
                for (Message message : consumer.queue.delayed) {
                    long rounded = DelayedRuns.dueMs(message.publishedMs, message.spec.delayMs());
                    assertThat(message.expiryMs <= nowMs || rounded > nowMs)
                            .as("delayed %s is due and waits", message.spec)
                            .isTrue();
                }
            }
        }
    }

    private void checkCannotBeGiven(Message m) {
        boolean timeHasCome = m.expiryMs > nowMs && m.notBeforeMs <= nowMs;
        boolean keyIsBusy = !m.key.isEmpty()
                && (consumers.values().stream()
                                .filter(c -> c.queue == m.queue)
                                .flatMap(c -> c.out.values().stream())
                                .anyMatch(x -> x.key.equals(m.key))
                        || m.queue.idle.headMap(m.position, false).values().stream()
                                .anyMatch(x -> x.expiryMs > nowMs && x.key.equals(m.key)));
        assertThat(!timeHasCome || keyIsBusy)
                .as("%s waits although a consumer has credit", m.spec)
                .isTrue();
    }
}
