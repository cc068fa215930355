package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Move;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.machine.ModelQueue.ModelConsumer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes random commands about consumers, queues and storage for a {@link Simulation}. */
final class ConsumerActions {
    private static final int GATEWAY_LOST_WITHOUT_GRACE_BYTES = 6;

    private final Simulation s;
    private final Random random;
    private final Model model;

    ConsumerActions(Simulation simulation) {
        this.s = simulation;
        this.random = simulation.random;
        this.model = simulation.model;
    }

    private ClientKey client() {
        return new ClientKey(new Origin(1 + random.nextInt(2), 1, 0).pack(), 1 + random.nextInt(12));
    }

    private ModelConsumer anyConsumer() {
        List<ModelConsumer> all = List.copyOf(model.consumers.values());
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private ModelQueue anyQueue() {
        List<ModelQueue> all = List.copyOf(model.queues.values());
        return all.get(random.nextInt(all.size()));
    }

    Action subscribe() {
        return subscribe(
                client(),
                anyQueue().id,
                random.nextInt(20),
                model.exactBytes ? (1 + random.nextInt(20)) * 60L : Long.MAX_VALUE);
    }

    Action subscribe(ClientKey client, long queueId, int prefetchCount, long prefetchBytes) {
        Action action = new Action(Commands.subscribe(
                Simulation.TENANT,
                Simulation.GROUP,
                client.origin(),
                client.sender(),
                queueId,
                prefetchCount,
                prefetchBytes));
        boolean[] answered = new boolean[1];
        action.effect = (origin, effect) -> {
            ModelConsumer known = model.consumers.get(client);
            answered[0] = true;
            if (effect instanceof Effect.Subscribed subscribed) {
                assertThat(known == null || known.epoch == subscribed.epoch()).isTrue();
                model.subscribe(client, queueId, prefetchCount, prefetchBytes, subscribed.epoch());
            } else {
                boolean elsewhere = known != null && known.queue.id != queueId && model.queues.containsKey(queueId);
                assertThat(((Effect.Failed) effect).code())
                        .isEqualTo(elsewhere ? ErrorCode.ALREADY_EXISTS : ErrorCode.NOT_FOUND);
            }
        };
        action.after = () -> assertThat(answered[0]).isTrue();
        return action;
    }

    Action unsubscribe() {
        ModelConsumer consumer = anyConsumer();
        ClientKey client = consumer == null ? client() : consumer.client;
        Action action =
                new Action(Commands.unsubscribe(Simulation.TENANT, Simulation.GROUP, client.origin(), client.sender()));
        boolean[] existed = new boolean[1];
        action.before = () -> {
            ModelConsumer now = model.consumers.get(client);
            existed[0] = now != null;
            if (now != null) {
                model.remove(now);
            }
        };
        action.effect = (origin, effect) ->
                assertThat(effect).isInstanceOf(existed[0] ? Effect.ConsumerClosed.class : Effect.Failed.class);
        return action;
    }

    Action setPrefetch() {
        ModelConsumer consumer = anyConsumer();
        ClientKey client = consumer == null ? client() : consumer.client;
        int count = random.nextInt(30);
        long bytes = model.exactBytes ? 64L * random.nextInt(30) : Long.MAX_VALUE;
        Action action = new Action(Commands.setPrefetch(
                Simulation.TENANT, Simulation.GROUP, client.origin(), client.sender(), count, bytes));
        action.before = () -> {
            ModelConsumer now = model.consumers.get(client);
            if (now != null) {
                now.prefetchCount = count;
                now.prefetchBytes = bytes;
            }
        };
        action.effect =
                (origin, effect) -> assertThat(effect).isInstanceOfAny(Effect.Failed.class, Effect.ConsumerState.class);
        return action;
    }

    Action detach() {
        ModelConsumer consumer = anyConsumer();
        ClientKey client = consumer == null ? client() : consumer.client;
        long graceMs = random.nextInt(4) * 50L;
        Action action = new Action(Commands.detachConsumer(
                Simulation.TENANT, Simulation.GROUP, client.origin(), client.sender(), graceMs));
        action.before = () -> {
            ModelConsumer now = model.consumers.get(client);
            if (now != null && graceMs == 0) {
                model.remove(now);
            } else if (now != null) {
                now.detachedUntilMs = model.nowMs + graceMs;
            }
        };
        action.effect =
                (origin, effect) -> assertThat(effect).isInstanceOfAny(Effect.Failed.class, Effect.ConsumerState.class);
        return action;
    }

    Action attach() {
        ModelConsumer consumer = anyConsumer();
        ClientKey older = consumer == null ? client() : consumer.client;
        ClientKey client = client();
        long lastTag = consumer == null ? 0 : Math.max(0, consumer.nextTag - 1 - random.nextInt(5));
        Action action = new Action(Commands.attachConsumer(
                Simulation.TENANT,
                Simulation.GROUP,
                client.origin(),
                client.sender(),
                older.origin(),
                older.sender(),
                lastTag));
        List<Long> unreceived = new ArrayList<>();
        action.after = () -> assertThat(model.resent).isEqualTo(unreceived);
        action.effect = (origin, effect) -> {
            if (effect instanceof Effect.Subscribed subscribed) {
                ModelConsumer now = model.consumers.remove(older);
                if (now == null) {
                    // The client has a consumer already and is told so again.
                    ModelConsumer own = model.consumers.get(client);
                    assertThat(subscribed.epoch()).isEqualTo(own.epoch);
                    unreceived.addAll(own.out.tailMap(lastTag, false).keySet());
                    return;
                }
                unreceived.addAll(now.out.tailMap(lastTag, false).keySet());
                now.client = client;
                assertThat(subscribed.epoch()).isGreaterThan(now.epoch);
                now.epoch = subscribed.epoch();
                now.settleSequence = 0;
                now.detachedUntilMs = Long.MAX_VALUE;
                model.consumers.put(client, now);
            } else {
                assertThat(effect).isInstanceOfAny(Effect.Failed.class, Effect.ConsumerClosed.class);
            }
        };
        return action;
    }

    Action gatewayLost() {
        int node = 1 + random.nextInt(2);
        boolean known = s.machine.machineVersion() >= ShardMachine.LOST_GATEWAYS_HAVE_GRACE;
        long graceMs = known ? random.nextInt(4) * 50L : 0;
        Action action =
                new Action(graceMs == 0 ? Commands.gatewayLost(node, 1) : Commands.gatewayLost(node, 1, graceMs));
        action.before =
                () -> model.lose(client -> Origin.unpack(client.origin()).node() == node, graceMs);
        return action;
    }

    Action purge() {
        ModelQueue queue = anyQueue();
        Action action =
                new Action(Commands.purgeQueue(Simulation.TENANT, Simulation.GROUP, s.controlIndex() + 10, queue.id));
        action.before = () -> {
            if (model.queues.get(queue.id) == queue) {
                model.purge(queue);
            }
        };
        action.effect = (origin, effect) -> assertThat(effect).isInstanceOf(Effect.Failed.class);
        return action;
    }

    Action deleteQueue() {
        ModelQueue queue = anyQueue();
        Action action =
                new Action(Commands.deleteQueue(Simulation.TENANT, Simulation.GROUP, s.controlIndex() + 100, queue.id));
        action.before = () -> {
            if (model.queues.get(queue.id) == queue) {
                model.delete(queue);
            }
        };
        action.effect = (origin, effect) -> assertThat(effect).isInstanceOf(Effect.ConsumerClosed.class);
        return action;
    }

    /** Appends what is alive in some older entries again; by the time it is applied some of it may be dead. */
    Action relocate() {
        long last = Math.max(1, s.index - random.nextInt(10));
        List<LiveRun> live = s.machine.liveRuns(Math.max(1, last - random.nextInt(40)), last, 1 + random.nextInt(3000));
        if (live.isEmpty()) {
            return new Actions(s).tick();
        }
        long queueId = live.get(random.nextInt(live.size())).queueId();
        List<Move> moves = new ArrayList<>();
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        for (LiveRun run : live) {
            if (run.queueId() == queueId) {
                moves.add(new Move(run.index(), run.firstOrdinal(), run.count()));
                ByteBuffer slice = EntryMessages.of(s.bodies.get(run.index())).slice(run.firstOrdinal(), run.count());
                byte[] bytes = new byte[slice.remaining()];
                slice.get(bytes);
                messages.writeBytes(bytes);
            }
        }
        return new Action(Commands.relocate(
                Simulation.TENANT, Simulation.GROUP, queueId, moves, ByteBuffer.wrap(messages.toByteArray())));
    }

    /** A command cut short: it must be refused and change nothing. */
    Action malformed(ShardCommand command) {
        int size = command.head().remaining();
        ByteBuffer head = command.head().duplicate();
        if (size == 0) {
            return new Actions(s).tick();
        }
        int left = random.nextInt(size);
        if (command.type() == CommandType.GATEWAY_LOST && left == GATEWAY_LOST_WITHOUT_GRACE_BYTES) {
            left--;
        }
        head.limit(head.position() + left);
        ShardCommand cut = new ShardCommand(
                command.type(),
                command.flags(),
                command.tenantId(),
                command.groupId(),
                command.origin(),
                command.sender(),
                head,
                ByteBuffer.allocate(0));
        Action action = new Action(cut);
        long[] hash = new long[1];
        action.effect =
                (origin, effect) -> assertThat(effect).isInstanceOfAny(Effect.Failed.class, Effect.Rejected.class);
        action.before = () -> hash[0] = s.machine.stateHash();
        action.after = () -> assertThat(s.machine.stateHash()).isEqualTo(hash[0]);
        return action;
    }
}
