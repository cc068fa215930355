package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.Commands.Outcome;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Competing consumers of one queue: who has what checked out, what waits to be given out again, and what a settlement does. */
final class Subscription {
    private final GroupContext context;
    private final QueueLog log;
    private final DeadLetters deadLetters;
    private final WaitingRoom room = new WaitingRoom();
    private final Map<ClientKey, Subscriber> subscribers = new LinkedHashMap<>();
    private final LeaseBook book;
    private final Dispatcher dispatcher;

    Subscription(GroupContext context, QueueLog log, DeadLetters deadLetters) {
        this.context = context;
        this.log = log;
        this.deadLetters = deadLetters;
        this.book = new LeaseBook(context, log, room);
        this.dispatcher = new Dispatcher(context, log, room, book);
    }

    WaitingRoom room() {
        return room;
    }

    Collection<Subscriber> subscribers() {
        return subscribers.values();
    }

    @Nullable
    Subscriber find(ClientKey client) {
        return subscribers.get(client);
    }

    long unacked() {
        return book.unacked();
    }

    void dispatch() {
        dispatcher.dispatch();
    }

    void add(Subscriber subscriber) {
        subscribers.put(subscriber.client(), subscriber);
        dispatcher.lineUp(subscriber);
    }

    void creditChanged(Subscriber subscriber) {
        dispatcher.lineUp(subscriber);
    }

    /** The consumer goes; what it has returns. */
    void remove(Subscriber subscriber) {
        giveBack(subscriber);
        subscribers.remove(subscriber.client());
        dispatcher.leave(subscriber);
    }

    /** The consumer answers under another name from now on; what lies above {@code lastTag} is sent again. */
    void takeOver(Subscriber subscriber, ClientKey newClient, int newEpoch, long lastTag) {
        subscribers.remove(subscriber.client());
        subscriber.attach(newClient, newEpoch);
        subscribers.put(newClient, subscriber);
        context.emit(newClient, new Effect.Subscribed(newClient.sender(), newEpoch));
        book.resend(subscriber, lastTag);
        dispatcher.lineUp(subscriber);
    }

    /** Tells again who has the consumer and what lies above {@code lastTag}. */
    void repeatTakeOver(Subscriber subscriber, long lastTag) {
        ClientKey client = subscriber.client();
        context.emit(client, new Effect.Subscribed(client.sender(), subscriber.epoch()));
        book.resend(subscriber, lastTag);
    }

    /** Makes the deliveries above {@code afterTag} once more; changes nothing. */
    void resend(Subscriber subscriber, long afterTag, BiConsumer<ClientKey, Effect> emit) {
        book.resend(subscriber, afterTag, emit);
    }

    /** Tags that are not checked out are ignored. @param delayMs -1 for the queue's back-off; with REQUEUE only @return messages settled */
    long settle(Subscriber subscriber, Outcome outcome, long delayMs, long firstTag, long lastTag) {
        long unackedBefore = book.unacked();
        book.takeBack(subscriber, firstTag, lastTag, lease -> {
            switch (outcome) {
                case ACK -> log.release(lease.run());
                case REQUEUE -> comeBack(lease, delayMs);
                case DISCARD -> deadLetter(lease.run());
            }
        });
        dispatcher.lineUp(subscriber);
        return unackedBefore - book.unacked();
    }

    /** Returns everything to its place. */
    void giveBack(Subscriber subscriber) {
        settle(subscriber, Outcome.REQUEUE, -1, 1, subscriber.lastTag());
    }

    private void comeBack(Lease lease, long delayMs) {
        QueueDefinition definition = log.definition();
        if (lease.run().expired(context.nowMs())) {
            log.expire(lease.run());
        } else if (lease.deliveryCount() >= definition.maxDeliveries()) {
            deadLetter(lease.run());
        } else {
            long wait = delayMs >= 0 ? delayMs : definition.backOffMs(lease.deliveryCount());
            long notBeforeMs = wait >= Run.NEVER - context.nowMs() ? Run.NEVER - 1 : context.nowMs() + wait;
            room.promote(context.nowMs());
            room.add(new Waiting(lease.run(), lease.deliveryCount(), notBeforeMs));
        }
    }

    /** Moves messages that left their place to the dead-letter queue, or drops them. */
    void deadLetter(Run run) {
        log.forget(run);
        QueueDefinition definition = log.definition();
        int taken = run.moved() || !definition.hasDeadLetterQueue()
                ? 0
                : deadLetters.accept(definition.deadLetterQueueId(), run);
        log.deadLettered(taken);
        if (taken < run.count()) {
            log.drop(taken == 0 ? run : run.after(taken));
        }
    }

    /** Drops waiting messages whose life is over. */
    void sweep(WorkBudget budget) {
        Waiting waiting = room.firstExpiring();
        while (waiting != null && waiting.run().expired(context.nowMs()) && budget.take(1)) {
            room.remove(waiting);
            log.expire(waiting.run());
            waiting = room.firstExpiring();
        }
    }

    long nextDueMs() {
        return dispatcher.pending() ? context.nowMs() : Math.min(room.nextDueMs(), room.nextExpiryMs());
    }

    /** Hands over everything that waits. */
    void bury(Graveyard graveyard) {
        RunDeque grave = new RunDeque();
        for (Waiting waiting = room.first(); waiting != null; waiting = room.first()) {
            room.remove(waiting);
            log.forget(waiting.run());
            grave.add(waiting.run());
        }
        graveyard.bury(grave);
    }

    /** Closes every consumer; what they have goes where the waiting messages go. */
    void close(Graveyard graveyard, ErrorCode code, String why) {
        subscribers.values().forEach(subscriber -> announceClosed(subscriber, code, why));
        leave(graveyard);
    }

    /** The same without a word. */
    void leave(Graveyard graveyard) {
        RunDeque grave = new RunDeque();
        for (Subscriber subscriber : subscribers.values()) {
            book.takeBack(subscriber, 1, subscriber.lastTag(), lease -> {
                log.forget(lease.run());
                grave.add(lease.run());
            });
            dispatcher.leave(subscriber);
        }
        subscribers.clear();
        graveyard.bury(grave);
        bury(graveyard);
    }

    void announceClosed(Subscriber subscriber, ErrorCode code, String why) {
        ClientKey client = subscriber.client();
        context.emit(client, new Effect.ConsumerClosed(client.sender(), subscriber.epoch(), code, why));
    }

    void relocate(RunDeque.Rewriter rewriter) {
        subscribers.values().forEach(subscriber -> book.relocate(subscriber, rewriter));
        for (Waiting waiting : room.all().toArray(new Waiting[0])) {
            room.remove(waiting);
            rewriter.rewrite(
                    waiting.run(), run -> room.add(new Waiting(run, waiting.deliveryCount(), waiting.notBeforeMs())));
        }
    }

    void verify(long firstReadyPosition) {
        room.verify();
        long messages = 0;
        int leases = 0;
        for (Subscriber subscriber : subscribers.values()) {
            subscriber.verify();
            messages += subscriber.outMessages();
            leases += subscriber.leaseCount();
        }
        Check.same(messages, book.unacked(), "unacked messages of a queue");
        Check.same(leases, book.leaseCount(), "leases of a queue");
        dispatcher.verify(subscribers.values());
        for (Waiting waiting : room.all()) {
            Check.that(
                    waiting.run().endPosition() <= firstReadyPosition, "a waiting message stands behind a ready one");
        }
    }

    void write(StateWriter out) {
        out.i64(room.promotedMs());
        out.varint(subscribers.size());
        subscribers.values().forEach(subscriber -> subscriber.write(out));
        dispatcher.write(out);
        out.varint(room.runs());
        RunCodec codec = new RunCodec();
        for (Waiting waiting : room.all()) {
            codec.write(waiting.run(), out);
            out.varint(waiting.deliveryCount());
            out.i64(waiting.notBeforeMs());
        }
    }

    void read(StateReader in) {
        room.promotedMs(in.i64());
        for (int left = in.count(); left > 0; left--) {
            Subscriber subscriber = Subscriber.read(in);
            subscribers.put(subscriber.client(), subscriber);
            book.restore(subscriber);
        }
        dispatcher.read(in, subscribers);
        RunCodec codec = new RunCodec();
        for (int left = in.count(); left > 0; left--) {
            Waiting waiting = new Waiting(codec.read(in), (int) in.varint(), in.i64());
            log.restore(waiting.run());
            room.add(waiting);
        }
    }
}
