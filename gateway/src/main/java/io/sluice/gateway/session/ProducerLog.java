package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.Reject;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one producer's sequences to the log and of their outcomes back to the client.
 *
 * <p>Commands are kept until their outcome is known. When one gets lost on the way (the shard says {@code UNAVAILABLE}, or a later one arrived first and was refused
 * as out of sequence, or the shard has a new leader) all are sent again in order, after a pause; silence is probed first ({@link #overdue}). The machine answers those it knows with their recorded outcome. After {@link #MAX_ATTEMPTS}
 * in a row without progress the outcome stays open and the producer is given up. <em>Confined to:</em> one event loop.
 */
final class ProducerLog {
    /** About eight seconds. */
    static final int MAX_ATTEMPTS = 14;

    private static final int SHARD_RETRY_MS = 250;
    /** Over half a minute. */
    private static final int MAX_PROBES = 5;

    private final SessionScope scope;
    private final Opened opened;
    private final Runnable giveUp;
    private final Watch watch;
    private final Unresolved unresolved = new Unresolved();
    private final ConfirmBatch confirms = new ConfirmBatch();
    private final Backoff backoff = new Backoff();
    private long nextSequence;
    private boolean begun;
    private boolean pausing;
    private int pauses;
    private int probes;
    private boolean probing;
    private boolean probeAnswered;
    private boolean ended;
    private @Nullable PendingSkip skip;

    /** @param giveUp called when a shard can't be reached @param watch told of what is asked and answered */
    ProducerLog(SessionScope scope, Opened opened, Runnable giveUp, Watch watch) {
        this.watch = watch;
        this.scope = scope;
        this.opened = opened;
        this.giveUp = giveUp;
        this.nextSequence = opened.lastSequence + 1;
        unresolved.startAfter(opened.lastSequence);
    }

    /** Who publishes. @param lastSequence highest sequence that had an outcome when the producer was opened */
    record Opened(Route route, long sender, int handle, int epoch, long lastSequence) {}

    /** Refused publishes that follow one another for the same reason become one command. */
    private record PendingSkip(long first, long last, long bytes, Refusal refusal) {}

    /** The only sequence at which the next publish may start, once there was one. */
    long nextSequence() {
        return nextSequence;
    }

    /**
     * Whether a publish may start here. The first one under a handle may start at an earlier sequence: the client sends again what it has no outcome of, and the
     * machine answers duplicates with their recorded outcome.
     */
    boolean takes(long firstSequence) {
        if (!begun && firstSequence >= 1 && firstSequence <= opened.lastSequence + 1) {
            begun = true;
            nextSequence = firstSequence;
            unresolved.startAfter(firstSequence - 1);
        }
        return firstSequence == nextSequence;
    }

    boolean isIdle() {
        return unresolved.isEmpty() && skip == null;
    }

    void publish(Publish publish, List<Commands.Section> sections, int count, long bytes) {
        sendSkip();
        long first = nextSequence;
        nextSequence += count;
        ShardCommand command = Commands.publish(
                scope.principal.tenantId(),
                opened.route.groupId,
                scope.loop.origin().pack(),
                opened.sender,
                opened.epoch,
                first,
                publish.atomic(),
                sections,
                publish.messages());
        submit(new Unresolved.Entry(first, nextSequence - 1, bytes, 0, command));
    }

    /** Uses up the next sequences without a message. */
    void skip(int count, long bytes, Refusal refusal) {
        long first = nextSequence;
        nextSequence += count;
        PendingSkip before = skip;
        if (before != null && before.refusal.code() == refusal.code()) {
            skip = new PendingSkip(before.first, nextSequence - 1, before.bytes + bytes, refusal);
        } else {
            sendSkip();
            skip = new PendingSkip(first, nextSequence - 1, bytes, refusal);
        }
    }

    private void sendSkip() {
        PendingSkip pending = skip;
        if (pending == null) {
            return;
        }
        skip = null;
        Refusal refusal = pending.refusal;
        ShardCommand command = Commands.skipSequences(
                scope.principal.tenantId(),
                opened.route.groupId,
                scope.loop.origin().pack(),
                opened.sender,
                opened.epoch,
                pending.first,
                pending.last,
                refusal.code(),
                refusal.message());
        submit(new Unresolved.Entry(pending.first, pending.last, pending.bytes, refusal.retryAfterMs(), command));
    }

    private void submit(Unresolved.Entry entry) {
        unresolved.add(entry);
        watch.waiting();
        if (!pausing) {
            send(entry);
        }
    }

    /** Answers the message bytes that have their outcome now. */
    long confirmed(long first, long last) {
        long from = Math.max(first, unresolved.resolvedSequence() + 1);
        if (last < from || missing(first)) {
            return 0;
        }
        confirms.add(from, last);
        if (confirms.isFull()) {
            sendConfirms();
        }
        return progress(last);
    }

    /** Answers the message bytes that have their outcome now. */
    long rejected(ShardEvent.Rejected event) {
        boolean before = event.lastSequence() <= opened.lastSequence;
        if (before && (!begun || event.firstSequence() > unresolved.resolvedSequence() + 1)) {
            // Not an answer to anything sent here: what the machine tells when a producer is opened.
            scope.link.send(reject(event, event.firstSequence(), 0));
            return 0;
        }
        long from = Math.max(event.firstSequence(), unresolved.resolvedSequence() + 1);
        if (event.lastSequence() < from) {
            return 0;
        }
        // Neither uses the sequences up. They are contiguous here, so only a lost command can make the machine see a
        // gap.
        boolean unused = event.code() == ErrorCode.UNAVAILABLE || event.code() == ErrorCode.OUT_OF_SEQUENCE;
        if ((unused && !before) || missing(event.firstSequence())) {
            lost();
            return 0;
        }
        Unresolved.Entry oldest = unresolved.oldest();
        scope.link.send(reject(event, from, oldest == null || before ? 0 : retryAfterMs(event, oldest)));
        scope.flow.figures.rejected(event.code()).add(event.lastSequence() - from + 1);
        return progress(event.lastSequence());
    }

    /** The shard refuses too, without saying for how long. */
    private static int retryAfterMs(ShardEvent.Rejected event, Unresolved.Entry entry) {
        boolean byShard = event.code() == ErrorCode.THROTTLED && entry.retryAfterMs() == 0;
        return byShard ? SHARD_RETRY_MS : entry.retryAfterMs();
    }

    private Reject reject(ShardEvent.Rejected event, long from, int retryAfterMs) {
        // Out of sequence though it has an outcome: the machine no longer knows which. Sending it again would not help.
        boolean forgotten = event.code() == ErrorCode.OUT_OF_SEQUENCE && event.lastSequence() <= opened.lastSequence;
        ErrorCode code = forgotten ? ErrorCode.INTERNAL : event.code();
        return new Reject(opened.handle, from, event.lastSequence(), code, event.message(), retryAfterMs);
    }

    private boolean missing(long first) {
        boolean gap = first > unresolved.resolvedSequence() + 1;
        if (gap) {
            lost();
        }
        return gap;
    }

    private long progress(long last) {
        backoff.succeeded();
        watch.answered();
        probes = 0;
        probeAnswered = probing;
        if (probing) {
            probing = false;
            watch.expectSoon();
        }
        return unresolved.resolve(last);
    }

    /** A command or an outcome got lost: sends everything again after a pause. */
    void lost() {
        if (ended || pausing || unresolved.isEmpty()) {
            return;
        }
        if (backoff.attempts() >= MAX_ATTEMPTS) {
            giveUp.run();
            return;
        }
        pausing = true;
        int pause = ++pauses;
        scope.loop.timers().after(backoff.nextMs(), () -> {
            if (pause == pauses) {
                resend();
            }
        });
    }

    private void resend() {
        pausing = false;
        pauses++;
        if (!ended) {
            unresolved.forEach(this::send);
        }
    }

    private void send(Unresolved.Entry entry) {
        scope.loop.send(opened.route.shard(), entry.command());
    }

    /** Whether anything has no outcome yet. */
    boolean waits() {
        return !unresolved.isEmpty();
    }

    /**
     * No outcome came for a while. The shard may just be slow, so only the oldest command is sent again. If that brought its outcome and no other follows, they
     * were lost, and all are sent again.
     */
    void overdue() {
        Unresolved.Entry oldest = unresolved.oldest();
        if (pausing || oldest == null) {
            return;
        }
        if (probeAnswered) {
            probeAnswered = false;
            lost();
        } else if (++probes > MAX_PROBES) {
            giveUp.run();
        } else {
            probing = true;
            send(oldest);
        }
    }

    /** What the older leader did not log is lost, and so may be what it said last. */
    void leaderChanged() {
        resend();
    }

    void end() {
        ended = true;
    }

    /** The end of a turn: what gathered goes out. */
    void flush() {
        sendSkip();
        sendConfirms();
    }

    private void sendConfirms() {
        if (!confirms.isEmpty()) {
            scope.link.send(new Confirm(opened.handle, confirms.take()));
        }
    }
}
