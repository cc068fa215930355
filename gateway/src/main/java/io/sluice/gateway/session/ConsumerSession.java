package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Settled;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Throttled;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.tenantmanager.api.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of one session: from SUBSCRIBE or RESUME_CONSUMER to its end.
 *
 * <p>It outlives its session until the shard has heard that the consumer left, since messages must never stay checked out to nobody.
 * <em>Confined to:</em> one event loop.
 */
final class ConsumerSession implements Watch.Asker, RollCall.Member {
    /** A second. */
    private static final int OVERDUE_SWEEPS = 4;
    /** A quarter of a minute in all. */
    private static final int MOST_OPENS = 4;

    private enum State {
        OPENING,
        ACTIVE,
        /** Told the shard that it leaves; waits for the answer. */
        LEAVING,
        CLOSED
    }

    /** What the session does for its consumers. */
    interface Owner {
        /** Gives a consumer its handle. */
        int opened(ConsumerSession consumer);

        /** The consumer is gone; {@code handle} is 0 if it never opened. */
        void closed(ConsumerSession consumer, int handle);
    }

    private final SessionScope scope;
    private final Owner owner;
    private final int requestId;
    private final QueueRef queue;
    private final long sender;
    private final Deliveries deliveries;
    private final MissingDeliveries missing;
    private final ConsumerCommands commands;
    private final Backoff backoff = new Backoff();
    private final Watch watch;
    private final Runnable flush = this::flush;
    private State state = State.OPENING;
    private Prefetch prefetch;
    private boolean reserved = true;
    private boolean silent;
    private boolean dirty;
    private boolean retrying;
    private int handle;
    private SettleBatcher settles;
    private int opens = 1;
    private boolean resumed;
    private boolean left;
    private boolean prefetchOpen;

    private ConsumerSession(SessionScope scope, Owner owner, int requestId, QueueRef queue, Prefetch prefetch) {
        this.scope = scope;
        this.owner = owner;
        this.requestId = requestId;
        this.queue = queue;
        this.prefetch = prefetch;
        this.sender = scope.loop.senders().addSecretly(this::on);
        this.commands = new ConsumerCommands(scope, queue, sender);
        this.deliveries = new Deliveries(scope);
        this.missing = new MissingDeliveries(deliveries, commands);
        this.settles = new SettleBatcher(commands, 0);
        this.watch = new Watch(scope.loop.overdue(), this, OVERDUE_SWEEPS);
        watch.waiting();
    }

    /** A new consumer; its prefetch was reserved. */
    static ConsumerSession subscribe(
            SessionScope scope, Owner owner, int requestId, QueueRef queue, Prefetch prefetch) {
        ConsumerSession consumer = new ConsumerSession(scope, owner, requestId, queue, prefetch);
        consumer.commands.subscribe(prefetch);
        return consumer;
    }

    /** A consumer that another connection had, on whichever node; its prefetch was reserved. {@link #takeOver} comes next. */
    static ConsumerSession resume(SessionScope scope, Owner owner, int requestId, QueueRef queue, Prefetch prefetch) {
        return new ConsumerSession(scope, owner, requestId, queue, prefetch);
    }

    /** @param oldOrigin and {@code oldSender}: what the log knows it by @param lastTag up to which the client has its deliveries */
    void takeOver(long oldOrigin, long oldSender, long lastTag) {
        resumed = true;
        deliveries.startAfter(lastTag);
        commands.attach(oldOrigin, oldSender, lastTag);
    }

    int prefetchBytes() {
        return prefetch.bytes();
    }

    /** ACK or NACK of the client. */
    void settle(Outcome outcome, long delayMs, Ranges tags) {
        if (state != State.ACTIVE || tags.count() == 0) {
            return;
        }
        long last = tags.last(tags.count() - 1);
        if (tags.first(0) < 1 || last > deliveries.sentTag()) {
            scope.violated("ACK or NACK of tags " + tags + ", but consumer " + handle + " was sent tags 1.."
                    + deliveries.sentTag());
            return;
        }
        for (int i = 0; i < tags.count(); i++) {
            settles.add(outcome, delayMs, tags.first(i), tags.last(i));
        }
        settles.frameDone();
        if (settles.gatheredCount() > 2 * prefetch.count() + Ranges.MAX_COUNT) {
            scope.violated("consumer " + handle + " settles the same messages over and over");
        } else {
            markDirty();
        }
    }

    void setPrefetch(Prefetch wanted) {
        if (state != State.ACTIVE) {
            return;
        }
        int more = wanted.count() - prefetch.count();
        Verdict verdict = more > 0 ? scope.flow.gate.reserveUnacked(more) : Verdict.ADMITTED;
        if (verdict instanceof Verdict.Refused refused) {
            scope.link.send(new Throttled(refused.limit(), "tenant", 0, 0));
            return;
        }
        if (more < 0) {
            scope.flow.gate.releaseUnacked(-more);
        }
        prefetch = wanted;
        tellPrefetch();
    }

    private void tellPrefetch() {
        commands.setPrefetch(prefetch);
        prefetchOpen = true;
        watch.waiting();
    }

    private void on(ShardEvent event) {
        if (event instanceof ShardEvent.Delivered delivered) {
            delivered(delivered);
        } else if (event instanceof ShardEvent.Settled settled) {
            settled(settled);
        } else if (event instanceof ShardEvent.Subscribed subscribed) {
            subscribed(subscribed);
        } else if (event instanceof ShardEvent.ConsumerState now) {
            compare(now);
        } else if (event instanceof ShardEvent.ConsumerClosed closed) {
            if (state != State.ACTIVE || closed.epoch() == settles.epoch()) {
                closedByShard(closed.code(), closed.message());
            }
        } else if (event instanceof ShardEvent.Failed failed) {
            failed(failed);
        }
    }

    private void delivered(ShardEvent.Delivered delivered) {
        if (state == State.ACTIVE && delivered.epoch() == settles.epoch()) {
            if (missing.take(delivered)) {
                watch.answered();
            } else {
                watch.waiting();
            }
        }
    }

    /** Where the log stands. */
    private void compare(ShardEvent.ConsumerState now) {
        left |= !now.attached();
        if (state == State.ACTIVE && now.epoch() == settles.epoch()) {
            settled(new ShardEvent.Settled(sender, now.epoch(), now.settleSequence()));
            prefetchOpen = now.prefetchCount() != prefetch.count() || now.prefetchBytes() != prefetch.bytes();
            missing.compare(now);
            if (waits()) {
                watch.waiting();
            }
        }
    }

    private void subscribed(ShardEvent.Subscribed subscribed) {
        if (state != State.OPENING) {
            return;
        }
        state = State.ACTIVE;
        settles = new SettleBatcher(commands, subscribed.epoch());
        handle = owner.opened(this);
        scope.loop.rollCall().add(this);
        long id = scope.consumerIds.told(scope.loop.origin().pack(), queue, sender);
        scope.link.send(new Subscribed(requestId, handle, id));
        deliveries.open(handle);
        if (resumed) {
            tellPrefetch();
        }
    }

    private void settled(ShardEvent.Settled settled) {
        if (settled.epoch() != settles.epoch() || !settles.settled(settled.settleSequence())) {
            return;
        }
        backoff.succeeded();
        watch.answered();
        if (!silent && state == State.ACTIVE && scope.wantsSettled()) {
            scope.link.send(new Settled(handle, settles.appliedFrames()));
        }
        settles.flush();
        watchSettles();
    }

    private void failed(ShardEvent.Failed failed) {
        boolean unavailable = failed.code() == ErrorCode.UNAVAILABLE;
        if (state == State.OPENING && resumed && unavailable) {
            // The shard may be electing a leader, since the client's node was it: what the client has in hand is worth
            // some patience.
            retry();
        } else if (state == State.OPENING) {
            scope.refuse(requestId, failed.code(), failed.message());
            if (unavailable) {
                // It may have become a consumer all the same.
                leave(commands::unsubscribe);
            } else {
                finish();
            }
        } else if (unavailable || failed.code() == ErrorCode.OUT_OF_SEQUENCE) {
            retry();
        } else if (failed.code() == ErrorCode.NOT_FOUND) {
            // Perhaps the shard took this gateway for lost: the client may subscribe again.
            closedByShard(ErrorCode.UNAVAILABLE, failed.message());
        } else {
            closedByShard(failed.code(), failed.message());
        }
    }

    private void retry() {
        if (!retrying && state != State.CLOSED) {
            retrying = true;
            scope.loop.timers().after(backoff.nextMs(), this::resend);
        }
    }

    private void resend() {
        retrying = false;
        if (state == State.OPENING) {
            commands.resendOpen();
        } else if (state == State.ACTIVE) {
            settles.resend();
            if (prefetchOpen) {
                commands.setPrefetch(prefetch);
            }
            missing.askAgain(settles.epoch());
        } else if (state == State.LEAVING) {
            settles.resend();
            if (!left) {
                commands.resendLeave();
            }
        }
    }

    @Override
    public Route route() {
        return commands.route();
    }

    @Override
    public boolean waits() {
        return switch (state) {
            case OPENING -> true;
            case ACTIVE -> settles.waits() || prefetchOpen || missing.waits();
            case LEAVING -> settles.waits() || !left;
            case CLOSED -> false;
        };
    }

    @Override
    public void sayAgain() {
        if (state != State.OPENING) {
            resend();
        } else if (opens++ < MOST_OPENS) {
            commands.resendOpen();
        } else {
            scope.refuse(
                    requestId, ErrorCode.UNAVAILABLE, "the shard of queue group " + queue.group() + " does not answer");
            leave(commands::unsubscribe);
        }
    }

    @Override
    public void leaderChanged() {
        resend();
    }

    @Override
    public @Nullable ConsumerAsk presence() {
        if (state == State.CLOSED || state == State.LEAVING) {
            return null;
        }
        return commands.question(settles.epoch(), ConsumerAsk.NOTHING_AGAIN);
    }

    private void closedByShard(ErrorCode code, String message) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.OPENING) {
            scope.refuse(requestId, code, message);
        } else if (!silent && handle != 0) {
            scope.link.send(new ConsumerClosed(handle, code, message));
        }
        finish();
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            scope.loop.turn().atEnd(flush);
        }
    }

    private void flush() {
        dirty = false;
        if (state != State.CLOSED) {
            settles.flush();
            watchSettles();
        }
    }

    private void watchSettles() {
        if (settles.waits()) {
            watch.waiting();
        }
    }

    /** Sends held deliveries; the link takes data again. */
    void writable() {
        deliveries.pump();
    }

    /** UNSUBSCRIBE of the client. */
    void unsubscribe() {
        if (state == State.ACTIVE) {
            leave(commands::unsubscribe);
        }
    }

    /**
     * The session is over.
     *
     * @param graceMs time for which it may be resumed; 0: what it has checked out returns at once
     */
    void end(long graceMs) {
        silent = true;
        if (state == State.OPENING || state == State.ACTIVE) {
            boolean resumable = graceMs > 0 && state == State.ACTIVE;
            leave(resumable ? () -> commands.detach(graceMs) : commands::unsubscribe);
            if (resumable) {
                // By then the shard has closed it, or another connection has taken it over.
                scope.loop.timers().after(graceMs + 60_000, this::finish);
                release();
            }
        }
    }

    private void leave(Runnable command) {
        state = State.LEAVING;
        deliveries.close();
        settles.flushAll();
        command.run();
        watch.waiting();
    }

    private void release() {
        if (reserved) {
            reserved = false;
            scope.flow.gate.releaseUnacked(prefetch.count());
        }
    }

    private void finish() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            deliveries.close();
            release();
            scope.loop.rollCall().remove(this);
            scope.loop.senders().remove(sender);
            owner.closed(this, handle);
        }
    }
}
