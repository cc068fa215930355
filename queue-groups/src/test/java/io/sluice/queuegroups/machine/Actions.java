package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.Commands.Section;
import io.sluice.queuegroups.api.Commands.Settlement;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.machine.Model.ModelProducer;
import io.sluice.queuegroups.machine.Model.Part;
import io.sluice.queuegroups.machine.ModelQueue.ModelConsumer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Makes random commands for a {@link Simulation}, with what is expected of them. */
final class Actions {
    private static final long[] QUEUES = {10, 11, 12, 13, 14, 15, 16, 17, 20, 21};

    private final Simulation s;
    private final Random random;
    private final Model model;

    Actions(Simulation simulation) {
        this.s = simulation;
        this.random = simulation.random;
        this.model = simulation.model;
    }

    private static <T> T pick(Collection<T> all, Random random) {
        return new ArrayList<>(all).get(random.nextInt(all.size()));
    }

    private ClientKey client(int base, int range) {
        return new ClientKey(new Origin(1 + random.nextInt(2), 1, 0).pack(), base + random.nextInt(range));
    }

    Action define(long queueId) {
        QueueOptions options = options(queueId);
        long deadLetters = queueId == 13 ? 21 : queueId == 10 || queueId == 14 ? 20 : 0;
        ShardCommand command = Commands.defineQueue(
                Simulation.TENANT,
                Simulation.GROUP,
                s.controlIndex() + 10,
                queueId,
                "q" + queueId,
                options,
                deadLetters);
        Action action = new Action(command);
        action.before = () -> model.define(queueId, options, deadLetters);
        return action;
    }

    private QueueOptions options(long queueId) {
        long bound = queueId == 11 || queueId == 12 || queueId == 13 ? 10 + random.nextInt(20) : queueId == 21 ? 10 : 0;
        long bytes = queueId == 17 && model.exactBytes ? Simulation.MESSAGE_BYTES * (5L + random.nextInt(20)) : 0;
        OverflowPolicy policy = queueId == 12 || queueId == 21
                ? OverflowPolicy.DROP_OLDEST
                : queueId == 13 ? OverflowPolicy.DEAD_LETTER : OverflowPolicy.REJECT;
        boolean ordered = queueId == 14 || queueId == 16;
        long ttlMs = queueId == 15 || queueId == 16 ? 300 : 0;
        return new QueueOptions(
                bound, bytes, policy, 1 + random.nextInt(4), "", ttlMs, ordered, random.nextInt(3) * 40L, 100);
    }

    Action redefine() {
        return define(pick(model.queues.keySet(), random));
    }

    Action open() {
        ClientKey client = client(100, 4);
        String name = "p" + random.nextInt(5);
        Action action = new Action(
                Commands.openProducer(Simulation.TENANT, Simulation.GROUP, client.origin(), client.sender(), name));
        boolean[] answered = new boolean[1];
        action.effect = (origin, effect) -> {
            if (effect instanceof Effect.ProducerOpened opened) {
                answered[0] = true;
                opened(name, client, opened);
            } else if (effect instanceof Effect.Failed failed) {
                answered[0] = true;
                assertThat(failed.code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
            } else {
                assertThat(effect).isInstanceOfAny(Effect.ProducerFenced.class, Effect.Rejected.class);
            }
        };
        action.after = () -> assertThat(answered[0]).isTrue();
        return action;
    }

    private void opened(String name, ClientKey client, Effect.ProducerOpened opened) {
        ModelProducer producer = model.producers.computeIfAbsent(name, n -> new ModelProducer());
        boolean idle = producer.owner == null && producer.lastUsedMs + s.limits.producerExpiryMs() <= model.nowMs;
        if (opened.lastSequence() == 0 && idle) {
            producer.lastSequence = 0;
            producer.rejected.clear();
        }
        assertThat(opened.lastSequence()).isEqualTo(producer.lastSequence);
        if (client.equals(producer.owner)) {
            assertThat(opened.epoch()).isEqualTo(producer.epoch);
        } else {
            assertThat(opened.epoch()).isGreaterThan(producer.epoch);
        }
        producer.owner = client;
        producer.epoch = opened.epoch();
        producer.lastUsedMs = model.nowMs;
    }

    Action close() {
        ModelProducer producer = pick(model.producers.values(), random);
        ClientKey owner = producer.owner == null ? client(100, 4) : producer.owner;
        Action action = new Action(
                Commands.closeProducer(Simulation.TENANT, Simulation.GROUP, owner.origin(), owner.sender(), false));
        action.before = () -> {
            for (ModelProducer any : model.producers.values()) {
                if (owner.equals(any.owner)) {
                    any.owner = null;
                    any.lastUsedMs = model.nowMs;
                }
            }
        };
        action.effect = (origin, effect) -> assertThat(effect).isEqualTo(new Effect.ProducerLeft(owner.sender()));
        return action;
    }

    Action publish() {
        ModelProducer producer = pick(model.producers.values(), random);
        ClientKey client = producer.owner == null ? client(100, 4) : producer.owner;
        long again = random.nextInt(4) == 0 ? random.nextInt(6) : 0;
        long first = Math.max(1, producer.lastSequence + 1 - again);
        first += random.nextInt(30) == 0 ? 2 : 0;
        int epoch = random.nextInt(30) == 0 ? producer.epoch - 1 : producer.epoch;
        boolean atomic = random.nextInt(4) == 0;
        List<Part> parts = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            long queueId = QUEUES[random.nextInt(QUEUES.length)];
            parts.add(new Part(queueId, specs(queueId)));
        }
        return publish(producer, client, epoch, first, atomic, parts);
    }

    private List<Messages.Spec> specs(long queueId) {
        List<Messages.Spec> specs = new ArrayList<>();
        boolean timed = queueId == 10 || queueId == 15;
        for (int i = random.nextInt(12); i >= 0; i--) {
            String key = (queueId == 14 || queueId == 16) && random.nextInt(5) > 0 ? "k" + random.nextInt(4) : "";
            long ttlMs = queueId == 15 && random.nextInt(3) == 0 ? 1 + random.nextInt(200) : 0;
            long delayMs = timed && random.nextInt(4) == 0 ? 1 + random.nextInt(400) : 0;
            int body = model.exactBytes ? 8 : 8 + random.nextInt(random.nextBoolean() ? 60 : 6000);
            Messages.Spec spec = new Messages.Spec(s.nextId++, key, ttlMs, delayMs, body);
            int rest = model.exactBytes ? Simulation.MESSAGE_BYTES - spec.sizeBytes() : 0;
            specs.add(new Messages.Spec(spec.id(), key, ttlMs, delayMs, body + rest));
        }
        return specs;
    }

    private Action publish(
            ModelProducer producer, ClientKey client, int epoch, long first, boolean atomic, List<Part> parts) {
        List<Section> sections = new ArrayList<>();
        List<Messages.Spec> all = new ArrayList<>();
        for (Part part : parts) {
            int bytes = part.specs().stream().mapToInt(Messages.Spec::sizeBytes).sum();
            int flags = part.specs().stream().mapToInt(Messages.Spec::flags).reduce(0, (a, b) -> a | b);
            sections.add(new Section(part.queueId(), part.specs().size(), bytes, flags));
            all.addAll(part.specs());
        }
        ByteBuffer messages = Messages.encode(all);
        Action action = new Action(Commands.publish(
                Simulation.TENANT,
                Simulation.GROUP,
                client.origin(),
                client.sender(),
                epoch,
                first,
                atomic,
                sections,
                messages));
        Map<Long, ErrorCode> expected = new TreeMap<>();
        expectOutcomes(action, expected);
        action.before =
                () -> expected.putAll(model.publish(owned(client, producer), epoch, client, first, atomic, parts));
        return action;
    }

    /** The producer that the client owns when the command is applied, or the one it meant. */
    private ModelProducer owned(ClientKey client, ModelProducer meant) {
        return model.producers.values().stream()
                .filter(producer -> client.equals(producer.owner))
                .findFirst()
                .orElse(meant);
    }

    private static void expectOutcomes(Action action, Map<Long, ErrorCode> expected) {
        Map<Long, ErrorCode> outcomes = new TreeMap<>();
        action.effect = (origin, effect) -> {
            long first;
            long last;
            ErrorCode code = null;
            if (effect instanceof Effect.Rejected rejected) {
                first = rejected.firstSequence();
                last = rejected.lastSequence();
                code = rejected.code();
            } else if (effect instanceof Effect.Failed || effect instanceof Effect.ProducerFenced) {
                // No word about the sequences: the producer is not open under this connection.
                assertThat(expected.values()).containsOnly(ErrorCode.NOT_FOUND);
                outcomes.putAll(expected);
                return;
            } else {
                Effect.Confirmed confirmed = (Effect.Confirmed) effect;
                first = confirmed.firstSequence();
                last = confirmed.lastSequence();
            }
            for (long sequence = first; sequence <= last; sequence++) {
                assertThat(outcomes).doesNotContainKey(sequence);
                outcomes.put(sequence, code);
            }
        };
        action.after = () -> assertThat(outcomes).isEqualTo(expected);
    }

    Action skip() {
        ModelProducer producer = pick(model.producers.values(), random);
        ClientKey client = producer.owner == null ? client(100, 4) : producer.owner;
        int epoch = producer.epoch;
        long first = Math.max(1, producer.lastSequence + 1 - random.nextInt(2));
        long last = first + random.nextInt(3);
        Action action = new Action(Commands.skipSequences(
                Simulation.TENANT,
                Simulation.GROUP,
                client.origin(),
                client.sender(),
                epoch,
                first,
                last,
                ErrorCode.THROTTLED,
                "slow down"));
        Map<Long, ErrorCode> expected = new TreeMap<>();
        expectOutcomes(action, expected);
        action.before = () -> expected.putAll(model.skip(owned(client, producer), epoch, client, first, last));
        return action;
    }

    Action tick() {
        Action action = new Action(Commands.tick());
        action.effect = (origin, effect) -> {
            Effect.ConsumerClosed closed = (Effect.ConsumerClosed) effect;
            ModelConsumer consumer = model.consumers.get(new ClientKey(origin, closed.sender()));
            assertThat(consumer.detachedUntilMs).isLessThanOrEqualTo(model.nowMs);
            model.remove(consumer);
        };
        return action;
    }

    Action settle() {
        List<ModelConsumer> busy =
                model.consumers.values().stream().filter(c -> !c.out.isEmpty()).toList();
        if (busy.isEmpty()) {
            return tick();
        }
        ModelConsumer consumer = pick(busy, random);
        List<Settlement> settlements = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            long first = random.nextBoolean() ? consumer.out.firstKey() : pick(consumer.out.keySet(), random);
            long last = first + random.nextInt(10);
            Outcome outcome = random.nextInt(3) > 0 ? Outcome.ACK : Outcome.values()[random.nextInt(3)];
            settlements.add(new Settlement(outcome, random.nextInt(4) * 30L - 30, first, last));
        }
        long sequence = consumer.settleSequence + (random.nextInt(20) == 0 ? random.nextInt(3) : 1);
        return settle(consumer, consumer.client, consumer.epoch, sequence, settlements);
    }

    /** Acks everything that the consumer has. */
    Action ackAll(ModelConsumer consumer) {
        List<Settlement> all = List.of(new Settlement(Outcome.ACK, 0, 1, consumer.nextTag));
        return settle(consumer, consumer.client, consumer.epoch, consumer.settleSequence + 1, all);
    }

    private Action settle(
            ModelConsumer consumer, ClientKey client, int epoch, long sequence, List<Settlement> settlements) {
        Action action = new Action(Commands.settle(
                Simulation.TENANT, Simulation.GROUP, client.origin(), client.sender(), epoch, sequence, settlements));
        action.before = () -> {
            if (model.consumers.get(client) == consumer && consumer.epoch == epoch) {
                model.settle(consumer, sequence, settlements);
            }
        };
        action.effect = (origin, effect) -> {
            if (effect instanceof Effect.Settled settled) {
                assertThat(settled.settleSequence()).isEqualTo(consumer.settleSequence);
            } else {
                assertThat(effect).isInstanceOf(Effect.Failed.class);
            }
        };
        return action;
    }
}
