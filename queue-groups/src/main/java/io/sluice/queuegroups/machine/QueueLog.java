package io.sluice.queuegroups.machine;

/**
 * The ordered messages of one queue, and what it holds in all, wherever in the queue it is.
 *
 * <p>A message gets its position when it becomes ready, so what is delayed lines up behind what is ready by then.
 */
final class QueueLog {
    private final GroupContext context;
    private QueueDefinition definition;
    private RunDeque ready = new RunDeque();
    private DelayedRuns delayed = new DelayedRuns();
    private long nextPosition = 1;
    private long heldMessages;
    private long heldBytes;
    private long expiredCount;
    private long deadLetteredCount;
    private long droppedCount;

    QueueLog(GroupContext context, QueueDefinition definition) {
        this.context = context;
        this.definition = definition;
    }

    QueueDefinition definition() {
        return definition;
    }

    void redefine(QueueDefinition newDefinition) {
        definition = newDefinition;
    }

    RunDeque ready() {
        return ready;
    }

    DelayedRuns delayed() {
        return delayed;
    }

    long heldMessages() {
        return heldMessages;
    }

    long heldBytes() {
        return heldBytes;
    }

    /** Takes new messages in. */
    void publish(Run run, long delayMs) {
        context.ledger().hold(run);
        heldMessages += run.count();
        heldBytes += run.bytes();
        if (delayMs > 0) {
            long life = run.expiryMs() == Run.NEVER ? Run.NEVER : run.expiryMs() - context.nowMs();
            // What would expire first comes up at its expiry, is seen to be expired, and is released.
            delayed.add(context.nowMs(), Math.min(delayMs, life), run);
        } else {
            line(run);
        }
    }

    /** Takes messages over from another queue of the group; they are stored already. */
    void adopt(Run run) {
        heldMessages += run.count();
        heldBytes += run.bytes();
        line(run.deadLettered(definition.expiryMs(context.nowMs(), 0)));
    }

    private void line(Run run) {
        ready.add(run.at(nextPosition));
        nextPosition += run.count();
    }

    /** Lines up the first delayed run that is due. @return false where none is */
    boolean ripen() {
        Run run = delayed.pollDue(context.nowMs());
        if (run == null) {
            return false;
        }
        if (run.expired(context.nowMs())) {
            expire(run);
        } else {
            line(run);
        }
        return true;
    }

    /** The messages leave the queue but stay stored. */
    void forget(Run run) {
        heldMessages -= run.count();
        heldBytes -= run.bytes();
    }

    void release(Run run) {
        forget(run);
        context.ledger().release(run);
    }

    void expire(Run run) {
        expiredCount += run.count();
        release(run);
    }

    /** Releases messages that no queue would take; they were forgotten before. */
    void drop(Run run) {
        droppedCount += run.count();
        context.ledger().release(run);
    }

    void deadLettered(int count) {
        deadLetteredCount += count;
    }

    QueueCounters counters() {
        return new QueueCounters(expiredCount, deadLetteredCount, droppedCount);
    }

    /** Hands over everything ready and delayed, to be released in steps. */
    void bury(Graveyard graveyard) {
        heldMessages -= ready.messages() + delayed.messages();
        heldBytes -= ready.bytes() + delayed.bytes();
        graveyard.bury(ready);
        delayed.drainTo(graveyard::bury);
        ready = new RunDeque();
    }

    /** Releases what is expired among the ready messages, as far as the budget goes. */
    void sweep(WorkBudget budget) {
        long nowMs = context.nowMs();
        ready.rewrite(
                chunk -> chunk.minExpiryMs() <= nowMs,
                run -> run.expired(nowMs),
                (run, replacement) -> {
                    if (run.expired(nowMs)) {
                        expire(run);
                    } else {
                        replacement.accept(run);
                    }
                },
                budget);
    }

    long nextDueMs() {
        return Math.min(ready.minExpiryMs(), delayed.nextDueMs());
    }

    long nextPosition() {
        return nextPosition;
    }

    void write(StateWriter out) {
        definition.write(out);
        out.varint(nextPosition);
        out.varint(expiredCount);
        out.varint(deadLetteredCount);
        out.varint(droppedCount);
        ready.write(out);
        delayed.write(out);
    }

    /** Holds what is ready and delayed; the rest is counted by who restores it. */
    static QueueLog read(StateReader in, GroupContext context) {
        QueueLog log = new QueueLog(context, QueueDefinition.restore(in));
        log.nextPosition = in.varint();
        log.expiredCount = in.varint();
        log.deadLetteredCount = in.varint();
        log.droppedCount = in.varint();
        log.ready = RunDeque.read(in);
        log.delayed = DelayedRuns.read(in);
        log.ready.forEach(log::restore);
        log.delayed.buckets().forEach(bucket -> bucket.forEach(log::restore));
        return log;
    }

    /** Counts a run that a snapshot held. */
    void restore(Run run) {
        heldMessages += run.count();
        heldBytes += run.bytes();
        context.ledger().hold(run);
    }
}
