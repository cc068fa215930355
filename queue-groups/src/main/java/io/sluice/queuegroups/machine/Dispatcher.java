package io.sluice.queuegroups.machine;

import java.util.ArrayDeque;
import java.util.Map;

/**
 * Decides which message goes to which consumer of one queue: round robin over those with credit, messages that come back first.
 *
 * <p><em>Invariants:</em> a consumer with credit stands in the line; after {@link #dispatch} nothing can be given out, or nobody has credit.
 */
final class Dispatcher {
    /** Expired or busy messages that one dispatch puts aside before it leaves the rest to a tick. */
    private static final int MAX_SKIPS = 1_000;

    /** Most messages that one consumer gets in its turn while others wait for theirs. */
    private static final int MAX_TURN = 256;

    private final GroupContext context;
    private final QueueLog log;
    private final WaitingRoom room;
    private final LeaseBook book;
    private final ArrayDeque<Subscriber> line = new ArrayDeque<>(2);
    private int skipsLeft;
    private boolean pending;

    Dispatcher(GroupContext context, QueueLog log, WaitingRoom room, LeaseBook book) {
        this.context = context;
        this.log = log;
        this.room = room;
        this.book = book;
    }

    /** A consumer whose credit may have grown gets its turn. */
    void lineUp(Subscriber subscriber) {
        if (!subscriber.inLine && subscriber.hasCredit()) {
            subscriber.inLine = true;
            line.addLast(subscriber);
        }
    }

    void leave(Subscriber subscriber) {
        line.remove(subscriber);
    }

    /** Whether a dispatch stopped before it was through: it needs a tick. */
    boolean pending() {
        return pending;
    }

    /** Gives out what can be given out, in turns. */
    void dispatch() {
        room.promote(context.nowMs());
        pending = false;
        skipsLeft = MAX_SKIPS;
        while (!line.isEmpty() && findNext()) {
            Subscriber subscriber = line.removeFirst();
            subscriber.inLine = false;
            if (subscriber.hasCredit()) {
                serve(subscriber, turn());
                lineUp(subscriber);
            }
        }
    }

    /** A fair share of what there is; everything for a consumer that is alone. */
    private int turn() {
        if (line.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        long share = (log.ready().messages() + room.messages()) / (line.size() + 1);
        return (int) Math.max(1, Math.min(MAX_TURN, share));
    }

    private void serve(Subscriber subscriber, int turn) {
        int left = turn;
        // In this order: finding the next one may give this consumer messages of a key that it owns.
        while (left > 0 && findNext() && subscriber.hasCredit()) {
            Waiting offer = room.firstOffer();
            left -= offer == null ? giveFresh(subscriber, left) : giveAgain(subscriber, offer, left);
        }
    }

    private int giveFresh(Subscriber subscriber, int most) {
        Run first = log.ready().peek();
        if (first == null) {
            throw new IllegalStateException("nothing is ready");
        }
        Run run = log.ready().take(Math.min(most, subscriber.room(first)));
        book.give(subscriber, run, 1);
        return run.count();
    }

    /** Gives the message on offer and, of the same key, what follows it: all of a key goes to whoever gets its first message. */
    private int giveAgain(Subscriber subscriber, Waiting offer, int most) {
        int key = offer.run().key();
        // Nobody else may have the rest of the key, so it does not count as more than a fair share.
        int limit = key == 0 ? most : Math.max(most, MAX_TURN);
        int given = 0;
        Waiting next = offer;
        while (next != null && given < limit && subscriber.hasCredit()) {
            int count = Math.min(limit - given, subscriber.room(next.run()));
            room.remove(next);
            book.give(subscriber, next.run().first(count), next.deliveryCount() + 1);
            if (count < next.run().count()) {
                room.add(next.after(count));
            }
            given += count;
            next = key == 0 ? null : room.firstOf(key);
        }
        return given;
    }

    /** Whether something can be given out; puts aside what stands before it and can't. */
    private boolean findNext() {
        while (skipsLeft > 0) {
            Waiting offer = room.firstOffer();
            if (offer != null && !offer.run().expired(context.nowMs())) {
                return true;
            }
            if (offer != null) {
                room.remove(offer);
                log.expire(offer.run());
            } else {
                Run run = log.ready().peek();
                if (run == null || full()) {
                    return false;
                }
                if (!passOver(run)) {
                    return true;
                }
            }
            skipsLeft--;
        }
        pending = true;
        return false;
    }

    /** Puts the first ready run aside where it can't be given to the next consumer in line; false where it can. */
    private boolean passOver(Run run) {
        if (run.expired(context.nowMs())) {
            log.expire(log.ready().take(run.count()));
            return true;
        }
        if (run.key() == 0 || room.isFree(run.key())) {
            return false;
        }
        Subscriber owner = room.soleOwner(run.key());
        if (owner != null && owner.hasCredit()) {
            giveFresh(owner, run.count());
        } else {
            room.add(new Waiting(log.ready().take(run.count()), 0, 0));
        }
        return true;
    }

    private boolean full() {
        return room.runs() + book.leaseCount() >= context.limits().maxLooseRunsPerQueue();
    }

    void verify(Iterable<Subscriber> subscribers) {
        int standing = 0;
        for (Subscriber subscriber : subscribers) {
            Check.that(!subscriber.hasCredit() || subscriber.inLine, "a consumer with credit stands in no line");
            Check.that(subscriber.inLine == line.contains(subscriber), "a consumer is wrong about its place in line");
            standing += subscriber.inLine ? 1 : 0;
            boolean idle = room.firstOffer() == null && (log.ready().isEmpty() || full());
            Check.that(pending || !subscriber.hasCredit() || idle, "messages wait although a consumer has credit");
        }
        Check.same(standing, line.size(), "length of the line");
    }

    void write(StateWriter out) {
        out.bool(pending);
        out.varint(line.size());
        line.forEach(subscriber -> subscriber.client().write(out));
    }

    void read(StateReader in, Map<ClientKey, Subscriber> subscribers) {
        pending = in.bool();
        for (int left = in.count(); left > 0; left--) {
            Subscriber subscriber = subscribers.get(ClientKey.read(in));
            if (subscriber != null) {
                subscriber.inLine = true;
                line.addLast(subscriber);
            }
        }
    }
}
