package io.sluice.queuegroups.machine;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of one queue: its credit and what it has checked out.
 *
 * <p><em>Invariants:</em> leases do not overlap and lie below {@code nextTag}; counts are their sums. A detached consumer has no credit.
 */
final class Subscriber {
    private static final long ATTACHED = Long.MAX_VALUE;

    private final long queueId;
    private final TreeMap<Long, Lease> leases = new TreeMap<>();
    private ClientKey client;
    private int epoch;
    private int prefetchCount;
    private long prefetchBytes;
    private long detachedUntilMs = ATTACHED;
    private long nextTag = 1;
    private long settleSequence;
    private long outMessages;
    private long outBytes;
    /** Whether it stands in its subscription's line. */
    boolean inLine;

    Subscriber(long queueId, ClientKey client, int epoch) {
        this.queueId = queueId;
        this.client = client;
        this.epoch = epoch;
    }

    long queueId() {
        return queueId;
    }

    ClientKey client() {
        return client;
    }

    int epoch() {
        return epoch;
    }

    long lastTag() {
        return nextTag - 1;
    }

    /** The last tag that is still checked out, 0 if none is. */
    long lastLeasedTag() {
        return leases.isEmpty() ? 0 : leases.lastEntry().getValue().lastTag();
    }

    /** As it is now, for who holds it. */
    Effect.ConsumerState state() {
        return new Effect.ConsumerState(
                client.sender(), epoch, lastLeasedTag(), settleSequence, prefetchCount, prefetchBytes, attached());
    }

    long settleSequence() {
        return settleSequence;
    }

    void settled(long sequence) {
        settleSequence = sequence;
    }

    /** @param count 0: nothing more is given out @param bytes at least one message is given out whatever it says */
    void prefetch(int count, long bytes) {
        prefetchCount = count;
        prefetchBytes = bytes;
    }

    boolean attached() {
        return detachedUntilMs == ATTACHED;
    }

    long detachedUntilMs() {
        return detachedUntilMs;
    }

    void detach(long untilMs) {
        detachedUntilMs = untilMs;
    }

    void attach(ClientKey newClient, int newEpoch) {
        client = newClient;
        epoch = newEpoch;
        settleSequence = 0;
        detachedUntilMs = ATTACHED;
    }

    boolean hasCredit() {
        return attached() && outMessages < prefetchCount && (outBytes < prefetchBytes || outMessages == 0);
    }

    /** How many messages of the run the credit allows; the last one may exceed the bytes. Only with credit. */
    int room(Run run) {
        long count = Math.min(run.count(), prefetchCount - outMessages);
        long bytesLeft = Math.max(1, prefetchBytes - outBytes);
        if (bytesLeft >= run.bytes()) {
            return (int) count;
        }
        long byBytes = (bytesLeft * run.count() + run.bytes() - 1) / run.bytes();
        return (int) Math.min(count, byBytes);
    }

    Lease checkOut(Run run, int deliveryCount) {
        Lease lease = new Lease(nextTag, run, deliveryCount);
        nextTag += run.count();
        put(lease);
        outMessages += run.count();
        outBytes += run.bytes();
        return lease;
    }

    /**
     * Takes out the first lease, or part of one, that has tags in the range.
     *
     * @return null where none has
     */
    @Nullable
    Lease checkIn(long firstTag, long lastTag) {
        Lease lease = find(firstTag);
        if (lease == null || lease.firstTag() > lastTag) {
            return null;
        }
        leases.remove(lease.firstTag());
        if (lease.firstTag() < firstTag) {
            int before = (int) (firstTag - lease.firstTag());
            put(lease.first(before));
            lease = lease.after(before);
        }
        if (lease.lastTag() > lastTag) {
            int inside = (int) (lastTag - lease.firstTag() + 1);
            put(lease.after(inside));
            lease = lease.first(inside);
        }
        outMessages -= lease.run().count();
        outBytes -= lease.run().bytes();
        return lease;
    }

    /** The lease that holds the tag, or the next one. */
    private @Nullable Lease find(long tag) {
        Map.Entry<Long, Lease> floor = leases.floorEntry(tag);
        if (floor != null && floor.getValue().lastTag() >= tag) {
            return floor.getValue();
        }
        Map.Entry<Long, Lease> higher = leases.higherEntry(tag);
        return higher == null ? null : higher.getValue();
    }

    private void put(Lease lease) {
        leases.put(lease.firstTag(), lease);
    }

    Iterable<Lease> leases() {
        return leases.values();
    }

    int leaseCount() {
        return leases.size();
    }

    /** Puts relocated references in place of the old ones; tags stay. */
    void rewrite(RunDeque.Rewriter rewriter) {
        TreeMap<Long, Lease> rewritten = new TreeMap<>();
        for (Lease lease : leases.values()) {
            long offset = lease.firstTag() - lease.run().position();
            rewriter.rewrite(
                    lease.run(),
                    run -> rewritten.put(
                            run.position() + offset, new Lease(run.position() + offset, run, lease.deliveryCount())));
        }
        leases.clear();
        leases.putAll(rewritten);
    }

    /** When its first lease was published; {@link Run#NEVER} without one. */
    long oldestMs() {
        return leases.isEmpty()
                ? Run.NEVER
                : leases.firstEntry().getValue().run().publishedMs();
    }

    long outMessages() {
        return outMessages;
    }

    void verify() {
        long messages = 0;
        long bytes = 0;
        long tag = 0;
        for (Lease lease : leases.values()) {
            Check.that(lease.firstTag() > tag && lease.lastTag() < nextTag, "tags of a consumer overlap");
            tag = lease.lastTag();
            messages += lease.run().count();
            bytes += lease.run().bytes();
        }
        Check.same(messages, outMessages, "messages checked out by a consumer");
        Check.same(bytes, outBytes, "bytes checked out by a consumer");
    }

    void write(StateWriter out) {
        client.write(out);
        out.i64(queueId);
        out.i32(epoch);
        out.i32(prefetchCount);
        out.i64(prefetchBytes);
        out.i64(detachedUntilMs);
        out.varint(nextTag);
        out.varint(settleSequence);
        out.varint(leases.size());
        RunCodec codec = new RunCodec();
        for (Lease lease : leases.values()) {
            out.varint(lease.firstTag());
            out.varint(lease.deliveryCount());
            codec.write(lease.run(), out);
        }
    }

    static Subscriber read(StateReader in) {
        ClientKey client = ClientKey.read(in);
        Subscriber subscriber = new Subscriber(in.i64(), client, in.i32());
        subscriber.prefetch(in.i32(), in.i64());
        subscriber.detachedUntilMs = in.i64();
        subscriber.nextTag = in.varint();
        subscriber.settleSequence = in.varint();
        RunCodec codec = new RunCodec();
        for (int left = in.count(); left > 0; left--) {
            long tag = in.varint();
            int deliveryCount = (int) in.varint();
            Lease lease = new Lease(tag, codec.read(in), deliveryCount);
            subscriber.put(lease);
            subscriber.outMessages += lease.run().count();
            subscriber.outBytes += lease.run().bytes();
        }
        return subscriber;
    }
}
