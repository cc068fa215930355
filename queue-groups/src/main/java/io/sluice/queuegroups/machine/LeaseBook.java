package io.sluice.queuegroups.machine;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What is checked out of one queue: gives messages to consumers and takes them back, and keeps the sums. */
final class LeaseBook {
    private final GroupContext context;
    private final QueueLog log;
    private final WaitingRoom room;
    private long unacked;
    private int leaseCount;

    LeaseBook(GroupContext context, QueueLog log, WaitingRoom room) {
        this.context = context;
        this.log = log;
        this.room = room;
    }

    long unacked() {
        return unacked;
    }

    int leaseCount() {
        return leaseCount;
    }

    void give(Subscriber subscriber, Run run, int deliveryCount) {
        Lease lease = subscriber.checkOut(run, deliveryCount);
        count(subscriber, run);
        announce(subscriber, lease, lease.firstTag() - 1, context::emit);
    }

    private void count(Subscriber subscriber, Run run) {
        leaseCount++;
        unacked += run.count();
        context.ledger().checkOut(run.count());
        room.checkOut(run.key(), run.count(), subscriber);
    }

    private void announce(Subscriber subscriber, Lease lease, long previousTag, BiConsumer<ClientKey, Effect> emit) {
        Run run = lease.run();
        emit.accept(
                subscriber.client(),
                new Effect.Deliver(
                        subscriber.client().sender(),
                        subscriber.epoch(),
                        previousTag,
                        lease.firstTag(),
                        run.count(),
                        lease.deliveryCount(),
                        log.definition().queueId(),
                        run.publishedMs(),
                        run.index(),
                        run.ordinal(),
                        run.bytes()));
    }

    /** Sends again what lies above the tag, under the same tags. */
    void resend(Subscriber subscriber, long lastTag) {
        resend(subscriber, lastTag, context::emit);
    }

    /** The same as a question: nothing is changed. */
    void resend(Subscriber subscriber, long lastTag, BiConsumer<ClientKey, Effect> emit) {
        long previousTag = lastTag;
        for (Lease lease : subscriber.leases()) {
            if (lease.lastTag() > lastTag) {
                int received = (int) Math.max(0, lastTag - lease.firstTag() + 1);
                announce(subscriber, received == 0 ? lease : lease.after(received), previousTag, emit);
                previousTag = lease.lastTag();
            }
        }
    }

    /** Takes back what is checked out under these tags. @param then what becomes of it; its key is freed only after that */
    void takeBack(Subscriber subscriber, long firstTag, long lastTag, Consumer<Lease> then) {
        long from = firstTag;
        while (from <= lastTag) {
            int before = subscriber.leaseCount();
            Lease lease = subscriber.checkIn(from, lastTag);
            if (lease == null) {
                return;
            }
            leaseCount += subscriber.leaseCount() - before;
            unacked -= lease.run().count();
            context.ledger().checkIn(lease.run().count());
            then.accept(lease);
            room.checkIn(lease.run().key(), lease.run().count());
            from = lease.lastTag() + 1;
        }
    }

    void relocate(Subscriber subscriber, RunDeque.Rewriter rewriter) {
        int before = subscriber.leaseCount();
        subscriber.rewrite(rewriter);
        leaseCount += subscriber.leaseCount() - before;
    }

    /** Counts what a restored consumer has. */
    void restore(Subscriber subscriber) {
        for (Lease lease : subscriber.leases()) {
            log.restore(lease.run());
            count(subscriber, lease.run());
        }
    }
}
