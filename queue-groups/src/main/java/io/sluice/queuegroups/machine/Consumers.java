package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.ConsumerAsk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of one group, over all its queues: what clients ask for them.
 *
 * <p><em>Invariants:</em> they are those of the queues' subscriptions, each under its connection's name.
 */
final class Consumers {
    private static final Outcome[] OUTCOMES = Outcome.values();

    private final GroupContext context;
    private final Queues queues;
    private final Map<ClientKey, Subscriber> consumers = new LinkedHashMap<>();
    private long nextGraceEndMs = Run.NEVER;

    Consumers(GroupContext context, Queues queues) {
        this.context = context;
        this.queues = queues;
    }

    private static ClientKey client(CommandReader command) {
        return new ClientKey(command.origin(), command.sender());
    }

    private void fail(CommandReader command, ErrorCode code, String message) {
        context.emit(client(command), new Effect.Failed(command.sender(), command.type(), code, message));
    }

    private WorkQueue queue(Subscriber subscriber) {
        return Objects.requireNonNull(queues.find(subscriber.queueId()));
    }

    private @Nullable Subscriber find(CommandReader command) {
        Subscriber subscriber = consumers.get(client(command));
        if (subscriber == null) {
            fail(command, ErrorCode.NOT_FOUND, "no such consumer");
        }
        return subscriber;
    }

    /** @param epochs gives one to a new consumer; one that exists keeps its own and is told again */
    void subscribe(CommandReader command, IntSupplier epochs) {
        long queueId = command.i64();
        int prefetchCount = prefetchCount(command);
        long prefetchBytes = command.i64();
        command.end();
        ClientKey client = client(command);
        WorkQueue queue = queues.find(queueId);
        Subscriber known = consumers.get(client);
        if (queue == null) {
            fail(command, ErrorCode.NOT_FOUND, "the queue does not exist");
        } else if (known != null && known.queueId() != queueId) {
            fail(command, ErrorCode.ALREADY_EXISTS, "this consumer number is subscribed to another queue");
        } else if (known == null
                && queue.subscription().subscribers().size() >= context.limits().maxConsumersPerQueue()) {
            fail(command, ErrorCode.QUOTA_EXCEEDED, "the queue has the most consumers it may have");
        } else {
            Subscriber subscriber = known == null ? new Subscriber(queueId, client, epochs.getAsInt()) : known;
            subscriber.prefetch(prefetchCount, prefetchBytes);
            context.emit(client, new Effect.Subscribed(client.sender(), subscriber.epoch()));
            consumers.put(client, subscriber);
            queue.subscription().add(subscriber);
            queues.touch(queue);
        }
    }

    private static int prefetchCount(CommandReader command) {
        int count = command.i32();
        if (count < 0) {
            throw new MalformedCommandException("prefetch " + count);
        }
        return count;
    }

    void unsubscribe(CommandReader command) {
        command.end();
        Subscriber subscriber = consumers.get(client(command));
        if (subscriber == null) {
            fail(command, ErrorCode.NOT_FOUND, "no such consumer");
        } else {
            remove(subscriber);
            queue(subscriber).subscription().announceClosed(subscriber, ErrorCode.NOT_FOUND, "unsubscribed");
        }
    }

    private void remove(Subscriber subscriber) {
        consumers.remove(subscriber.client());
        queue(subscriber).subscription().remove(subscriber);
        queues.touch(queue(subscriber));
    }

    void setPrefetch(CommandReader command) {
        int prefetchCount = prefetchCount(command);
        long prefetchBytes = command.i64();
        command.end();
        Subscriber subscriber = find(command);
        if (subscriber != null) {
            subscriber.prefetch(prefetchCount, prefetchBytes);
            queue(subscriber).subscription().creditChanged(subscriber);
            queues.touch(queue(subscriber));
            context.emit(subscriber.client(), subscriber.state());
        }
    }

    private record Settlement(Outcome outcome, long delayMs, long firstTag, long lastTag) {}

    void settle(CommandReader command) {
        int epoch = command.i32();
        long sequence = command.i64();
        List<Settlement> settlements = settlements(command);
        Subscriber subscriber = find(command);
        if (subscriber == null) {
            return;
        }
        if (subscriber.epoch() != epoch) {
            fail(command, ErrorCode.FORBIDDEN, "settlement of an older consumer epoch");
            return;
        }
        long acked = 0;
        if (sequence > subscriber.settleSequence() + 1) {
            String gap = "settlement " + sequence + " came where " + (subscriber.settleSequence() + 1) + " is due";
            fail(command, ErrorCode.OUT_OF_SEQUENCE, gap);
        } else if (sequence == subscriber.settleSequence() + 1) {
            subscriber.settled(sequence);
            acked = apply(subscriber, settlements);
        }
        ClientKey client = client(command);
        context.emit(client, new Effect.Settled(client.sender(), epoch, subscriber.settleSequence(), acked));
    }

    /** Answers how many messages were acked. */
    private long apply(Subscriber subscriber, List<Settlement> settlements) {
        WorkQueue queue = queue(subscriber);
        long acked = 0;
        for (Settlement s : settlements) {
            long settled = queue.subscription().settle(subscriber, s.outcome(), s.delayMs(), s.firstTag(), s.lastTag());
            acked += s.outcome() == Outcome.ACK ? settled : 0;
        }
        queues.touch(queue);
        return acked;
    }

    private static List<Settlement> settlements(CommandReader command) {
        int count = command.i32();
        List<Settlement> settlements = new ArrayList<>(Math.max(0, Math.min(count, 16)));
        for (int i = 0; i < count; i++) {
            int outcome = command.u8();
            Settlement settlement = new Settlement(
                    OUTCOMES[Math.min(outcome, OUTCOMES.length - 1)], command.i64(), command.i64(), command.i64());
            if (outcome >= OUTCOMES.length
                    || settlement.firstTag() < 1
                    || settlement.lastTag() < settlement.firstTag()
                    || settlement.lastTag() == Long.MAX_VALUE) {
                throw new MalformedCommandException("settlement of tags " + settlement);
            }
            settlements.add(settlement);
        }
        command.end();
        return settlements;
    }

    void detach(CommandReader command) {
        long graceMs = command.i64();
        command.end();
        Subscriber subscriber = find(command);
        if (subscriber == null) {
            return;
        }
        if (graceMs <= 0) {
            remove(subscriber);
        } else {
            detach(subscriber, graceMs);
            context.emit(subscriber.client(), subscriber.state());
        }
    }

    private void detach(Subscriber subscriber, long graceMs) {
        long untilMs = context.nowMs() + Math.min(graceMs, Run.NEVER / 4);
        subscriber.detach(untilMs);
        nextGraceEndMs = Math.min(nextGraceEndMs, untilMs);
    }

    void attach(CommandReader command, IntSupplier epochs) {
        ClientKey older = new ClientKey(command.i64(), command.i64());
        long lastTag = command.i64();
        command.end();
        ClientKey client = client(command);
        Subscriber subscriber = consumers.get(older);
        Subscriber own = consumers.get(client);
        if (subscriber == null && own != null) {
            // Said again, because the answer was lost: the older one is this one now.
            queue(own).subscription().repeatTakeOver(own, lastTag);
        } else if (subscriber == null) {
            fail(command, ErrorCode.NOT_FOUND, "the consumer is gone: its grace is over; subscribe again");
        } else if (!client.equals(older) && own != null) {
            fail(command, ErrorCode.ALREADY_EXISTS, "this consumer number is in use");
        } else {
            Subscription subscription = queue(subscriber).subscription();
            if (subscriber.attached() && !client.equals(older)) {
                subscription.announceClosed(
                        subscriber, ErrorCode.FORBIDDEN, "another connection took this consumer over");
            }
            consumers.remove(older);
            subscription.takeOver(subscriber, client, epochs.getAsInt(), lastTag);
            consumers.put(client, subscriber);
            queues.touch(queue(subscriber));
        }
    }

    /** The gateway of these consumers is gone; nobody is there to be told. @param graceMs 0: they go at once; else a grace that runs already goes on */
    void lose(Predicate<ClientKey> lost, long graceMs) {
        for (Subscriber subscriber : List.copyOf(consumers.values())) {
            if (!lost.test(subscriber.client())) {
                continue;
            }
            if (graceMs <= 0) {
                remove(subscriber);
            } else if (subscriber.attached()) {
                detach(subscriber, graceMs);
            }
        }
    }

    /** Lets consumers go whose grace is over. */
    void tick(WorkBudget budget) {
        if (nextGraceEndMs > context.nowMs()) {
            return;
        }
        nextGraceEndMs = Run.NEVER;
        for (Subscriber subscriber : List.copyOf(consumers.values())) {
            if (subscriber.attached()) {
                continue;
            }
            if (subscriber.detachedUntilMs() <= context.nowMs() && budget.take(1 + subscriber.leaseCount())) {
                remove(subscriber);
                queue(subscriber)
                        .subscription()
                        .announceClosed(subscriber, ErrorCode.NOT_FOUND, "the grace of its lost connection is over");
            } else {
                nextGraceEndMs = Math.min(nextGraceEndMs, subscriber.detachedUntilMs());
            }
        }
    }

    /** May be early, never late. */
    long nextDueMs() {
        return nextGraceEndMs;
    }

    void forgetAll() {
        consumers.clear();
    }

    /** Tells every consumer that something it settled may not have been taken. */
    void askAgain() {
        String held = "the queue group was held for a move; retry";
        for (ClientKey client : consumers.keySet()) {
            context.emit(client, new Effect.Failed(client.sender(), CommandType.SETTLE, ErrorCode.UNAVAILABLE, held));
        }
    }

    /** Forgets those of a queue that was closed. */
    void forget(long queueId) {
        consumers.values().removeIf(subscriber -> subscriber.queueId() == queueId);
    }

    void announceClosed(ErrorCode code, String why) {
        for (Subscriber subscriber : consumers.values()) {
            ClientKey client = subscriber.client();
            context.emit(client, new Effect.ConsumerClosed(client.sender(), subscriber.epoch(), code, why));
        }
    }

    /** Answers a question about a consumer; changes nothing. */
    void answer(long origin, ConsumerAsk ask, BiConsumer<ClientKey, Effect> emit) {
        ClientKey client = new ClientKey(origin, ask.sender());
        Subscriber subscriber = consumers.get(client);
        if (subscriber == null) {
            emit.accept(client, unknown(ask.sender(), ask.epoch()));
        } else if (subscriber.epoch() == ask.epoch() && ask.afterTag() != ConsumerAsk.NOTHING_AGAIN) {
            queue(subscriber).subscription().resend(subscriber, ask.afterTag(), emit);
            emit.accept(client, subscriber.state());
        }
    }

    static Effect unknown(long sender, int epoch) {
        String gone = "the shard gave this consumer up while its gateway was out of reach; subscribe again";
        return new Effect.ConsumerClosed(sender, epoch, ErrorCode.UNAVAILABLE, gone);
    }

    Collection<Subscriber> all() {
        return consumers.values();
    }

    void verify() {
        int subscribed = 0;
        for (WorkQueue queue : queues.all()) {
            for (Subscriber subscriber : queue.subscription().subscribers()) {
                subscribed++;
                Check.that(consumers.get(subscriber.client()) == subscriber, "a consumer is not registered");
                Check.that(
                        subscriber.attached() || subscriber.detachedUntilMs() >= nextGraceEndMs, "a grace never ends");
            }
        }
        Check.same(subscribed, consumers.size(), "consumers of a group");
    }

    /** The consumers themselves stand in their queues' state; here is their order. */
    void write(StateWriter out) {
        out.i64(nextGraceEndMs);
        out.varint(consumers.size());
        for (Subscriber subscriber : consumers.values()) {
            out.varint(subscriber.queueId());
            subscriber.client().write(out);
        }
    }

    /** One that its queue does not know is left out: only a quarantined group can hold such, and it must not keep the shard from starting. */
    void read(StateReader in) {
        nextGraceEndMs = in.i64();
        for (int left = in.count(); left > 0; left--) {
            WorkQueue queue = queues.find(in.varint());
            ClientKey client = ClientKey.read(in);
            Subscriber subscriber = queue == null ? null : queue.subscription().find(client);
            if (subscriber != null) {
                consumers.put(client, subscriber);
            }
        }
    }
}
