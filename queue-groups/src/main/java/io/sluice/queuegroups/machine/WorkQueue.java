package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.queuegroups.api.QueueStats;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A queue of form {@code work}: one queue log with one subscription shared by competing consumers, and the bounds that hold for both together.
 *
 * <p><em>Invariants:</em> what it holds is what is ready, delayed, waiting and checked out; a publish never takes it over a bound.
 */
final class WorkQueue {
    private final GroupContext context;
    private final QueueLog log;
    private final Subscription subscription;
    /** Whether the group has noted that messages may be given out. */
    boolean touched;

    private WorkQueue(GroupContext context, QueueLog log, DeadLetters deadLetters) {
        this.context = context;
        this.log = log;
        this.subscription = new Subscription(context, log, deadLetters);
    }

    WorkQueue(GroupContext context, QueueDefinition definition, DeadLetters deadLetters) {
        this(context, new QueueLog(context, definition), deadLetters);
    }

    QueueDefinition definition() {
        return log.definition();
    }

    void redefine(QueueDefinition definition) {
        log.redefine(definition);
    }

    Subscription subscription() {
        return subscription;
    }

    /** Takes the messages that fit, in order, up to the first that does not. @return how many it took */
    int offer(List<Draft> drafts, ByteBuffer entry) {
        int taken = 0;
        for (Draft draft : drafts) {
            int count = offer(draft, entry);
            taken += count;
            if (count < draft.run().count()) {
                break;
            }
        }
        return taken;
    }

    private int offer(Draft draft, ByteBuffer entry) {
        int taken = 0;
        Draft rest = draft;
        while (taken < draft.run().count()) {
            int fitting = rest.fitting(entry, roomMessages(), roomBytes());
            if (fitting < rest.run().count() && definition().overflow() != OverflowPolicy.REJECT) {
                fitting = rest.fitting(entry, roomMessages() + looseMessages(), roomBytes() + looseBytes());
            }
            if (fitting == 0) {
                return taken;
            }
            Draft part = rest.part(entry, fitting, true);
            makeRoom(part.run().count(), part.run().bytes(), definition().overflow() == OverflowPolicy.DEAD_LETTER);
            log.publish(part.run(), part.delayMs());
            taken += fitting;
            if (taken < draft.run().count()) {
                rest = rest.part(entry, fitting, false);
            }
        }
        return taken;
    }

    /** Whether so much can be taken as a whole, without dropping any of it again. */
    boolean canTake(long messages, long bytes) {
        boolean drops = definition().overflow() != OverflowPolicy.REJECT;
        return messages <= roomMessages() + (drops ? looseMessages() : 0)
                && bytes <= roomBytes() + (drops ? looseBytes() : 0);
    }

    /** Negative where a bound was lowered below what the queue holds. */
    private long roomMessages() {
        long most = definition().maxMessages();
        return most == 0 ? Long.MAX_VALUE / 2 : most - log.heldMessages();
    }

    private long roomBytes() {
        long most = definition().maxBytes();
        return most == 0 ? Long.MAX_VALUE / 2 : most - log.heldBytes();
    }

    /** Messages that may be dropped for newer ones. */
    private long looseMessages() {
        return log.ready().messages() + subscription.room().messages();
    }

    private long looseBytes() {
        return log.ready().bytes() + subscription.room().bytes();
    }

    /** Lets the oldest messages go until so much fits. */
    private void makeRoom(long messages, long bytes, boolean toDeadLetters) {
        while (messages > roomMessages() || bytes > roomBytes()) {
            Run victim = oldest(messages - roomMessages(), bytes - roomBytes());
            if (toDeadLetters) {
                subscription.deadLetter(victim);
            } else {
                log.forget(victim);
                log.drop(victim);
            }
        }
    }

    /** Removes the oldest messages, of one run, as many as are needed for such a deficit. */
    private Run oldest(long deficitMessages, long deficitBytes) {
        Waiting waiting = subscription.room().first();
        if (waiting == null) {
            Run first = log.ready().peek();
            if (first == null) {
                throw new IllegalStateException("nothing is left to drop");
            }
            return log.ready().take(victims(first, deficitMessages, deficitBytes));
        }
        int count = victims(waiting.run(), deficitMessages, deficitBytes);
        subscription.room().remove(waiting);
        if (count < waiting.run().count()) {
            subscription.room().add(waiting.after(count));
        }
        return waiting.run().first(count);
    }

    private static int victims(Run run, long deficitMessages, long deficitBytes) {
        long byBytes = deficitBytes >= run.bytes()
                ? run.count()
                : (Math.max(0, deficitBytes) * run.count() + run.bytes() - 1) / run.bytes();
        return (int) Math.max(1, Math.min(run.count(), Math.max(deficitMessages, byBytes)));
    }

    /**
     * Takes over messages of another queue, within the bounds; what that displaces is dropped, never moved on.
     *
     * @return how many of the first it took
     */
    int adopt(Run run) {
        boolean drops = definition().overflow() != OverflowPolicy.REJECT;
        int taken = 0;
        while (taken < run.count()) {
            Run rest = taken == 0 ? run : run.after(taken);
            long mostMessages = roomMessages() + (drops ? looseMessages() : 0);
            long mostBytes = Math.max(0, roomBytes() + (drops ? looseBytes() : 0));
            long byBytes = mostBytes >= rest.bytes() ? rest.count() : mostBytes * rest.count() / rest.bytes();
            long count = Math.min(rest.count(), Math.min(mostMessages, byBytes));
            if (count <= 0) {
                break;
            }
            Run part = rest.first((int) count);
            makeRoom(part.count(), part.bytes(), false);
            log.adopt(part);
            taken += (int) count;
        }
        return taken;
    }

    void purge(Graveyard graveyard) {
        log.bury(graveyard);
        subscription.bury(graveyard);
    }

    void close(Graveyard graveyard, ErrorCode code, String why) {
        log.bury(graveyard);
        subscription.close(graveyard, code, why);
    }

    /** Lets what is due happen, as far as the budget goes; giving out comes after. */
    void tick(WorkBudget budget) {
        long nowMs = context.nowMs();
        if (log.ready().minExpiryMs() <= nowMs) {
            log.sweep(budget);
        }
        subscription.sweep(budget);
        while (log.delayed().nextDueMs() <= nowMs && budget.take(1)) {
            log.ripen();
        }
    }

    /** May be early, never late. */
    long nextDueMs() {
        return Math.min(log.nextDueMs(), subscription.nextDueMs());
    }

    void relocate(Relocation relocation) {
        rewrite(relocation::concerns, relocation::concerns, relocation);
    }

    /** Every live run, in an order that follows from the state: two that read the same state see the same. */
    void rewriteAll(RunDeque.Rewriter rewriter) {
        rewrite(chunk -> true, run -> true, rewriter);
    }

    private void rewrite(Predicate<Chunk> wanted, Predicate<Run> wantedRun, RunDeque.Rewriter rewriter) {
        WorkBudget unlimited = new WorkBudget(Integer.MAX_VALUE);
        log.ready().rewrite(wanted, wantedRun, rewriter, unlimited);
        for (RunDeque bucket : log.delayed().buckets()) {
            bucket.rewrite(wanted, wantedRun, rewriter, unlimited);
        }
        subscription.relocate(rewriter);
    }

    long heldMessages() {
        return log.heldMessages();
    }

    long heldBytes() {
        return log.heldBytes();
    }

    /** Everything leaves, and nobody is told: the consumers go on elsewhere. */
    void leave(Graveyard graveyard) {
        log.bury(graveyard);
        subscription.leave(graveyard);
    }

    /** Sees every live run, those of unwanted chunks excepted. */
    void forEachRun(Predicate<Chunk> wanted, Consumer<Run> visitor) {
        for (Subscriber subscriber : subscription.subscribers()) {
            subscriber.leases().forEach(lease -> visitor.accept(lease.run()));
        }
        subscription.room().all().forEach(waiting -> visitor.accept(waiting.run()));
        log.ready().forEach(wanted, visitor);
        for (RunDeque bucket : log.delayed().buckets()) {
            bucket.forEach(wanted, visitor);
        }
    }

    QueueStats stats() {
        long delayed = log.delayed().messages() + subscription.room().timedMessages();
        long unacked = subscription.unacked();
        return new QueueStats(
                log.heldMessages() - delayed - unacked,
                delayed,
                unacked,
                subscription.subscribers().size(),
                log.heldBytes(),
                oldestMs() == Run.NEVER ? 0 : context.nowMs() - oldestMs());
    }

    QueueCounters counters() {
        return log.counters();
    }

    /** When the oldest message was published: each part of the queue is asked for its first. */
    private long oldestMs() {
        Run first = log.ready().first();
        long oldestMs = first == null ? Run.NEVER : first.publishedMs();
        Waiting waiting = subscription.room().first();
        oldestMs = waiting == null ? oldestMs : Math.min(oldestMs, waiting.run().publishedMs());
        for (Subscriber subscriber : subscription.subscribers()) {
            oldestMs = Math.min(oldestMs, subscriber.oldestMs());
        }
        return oldestMs;
    }

    void verify() {
        long[] sums = new long[2];
        forEachRun(chunk -> true, run -> {
            sums[0] += run.count();
            sums[1] += run.bytes();
        });
        Check.same(sums[0], log.heldMessages(), "messages held by a queue");
        Check.same(sums[1], log.heldBytes(), "bytes held by a queue");
        long[] position = new long[1];
        log.ready().forEach(run -> {
            Check.that(run.position() >= position[0], "positions of ready messages overlap");
            position[0] = run.endPosition();
        });
        Check.that(position[0] <= log.nextPosition(), "a ready message lies behind the next position");
        Run first = log.ready().first();
        subscription.verify(first == null ? log.nextPosition() : first.position());
    }

    void write(StateWriter out) {
        log.write(out);
        subscription.write(out);
    }

    static WorkQueue read(StateReader in, GroupContext context, DeadLetters deadLetters) {
        WorkQueue queue = new WorkQueue(context, QueueLog.read(in, context), deadLetters);
        queue.subscription.read(in);
        return queue;
    }
}
