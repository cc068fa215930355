package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.PublishCredit;
import io.sluice.protocol.frame.Reject;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.tenantmanager.api.GroupView;
import java.util.List;

/**
 * One producer of one session: from OPEN_PRODUCER to its end.
 *
 * <p>One numbering holds from the client to the log. Under a handle each PUBLISH must start at the last one's end + 1; anything else is rejected
 * {@code OUT_OF_SEQUENCE} here, uses up no number and is not looked at. (The first one may start earlier: a client sends again what it has no outcome of.) A PUBLISH in sequence that the gateway refuses (permission, quota, rate, a bad
 * message) goes to the log as SKIP_SEQUENCES, so it uses up its numbers in order, and a client that opens the producer again learns of it. Named and
 * anonymous producers follow the same rule; an anonymous one gets a name that is never used again.
 *
 * <p><em>Confined to:</em> one event loop.
 */
final class ProducerSession implements Watch.Asker {
    /** Two seconds: more than a shard under load takes. */
    private static final int OVERDUE_SWEEPS = 8;
    /** Half a minute in all. */
    private static final int MOST_OPENS = 4;

    private enum State {
        OPENING,
        OPEN,
        /** The client closed it; what is under way still gets its outcome. */
        CLOSING,
        CLOSED
    }

    /** What the session does for its producers. */
    interface Owner {
        /** Gives an opened producer its handle. */
        int opened(ProducerSession producer);

        /** The producer is gone; {@code handle} is 0 if it never opened. */
        void closed(ProducerSession producer, int handle);
    }

    private final SessionScope scope;
    private final Owner owner;
    private final OpenProducer request;
    private final GroupView group;
    private final Route route;
    private final PublishTarget target;
    private final String name;
    private final Watch watch;
    private final Runnable flush = this::flush;
    private final Runnable raiseCredit = this::raiseCredit;
    private State state = State.OPENING;
    /** Another one for each attempt to open: the answer to an earlier attempt names an epoch that is fenced by then. */
    private long sender;

    private int opens;
    private boolean forget;
    private boolean dirty;
    private int handle;
    private PublishWindow window = new PublishWindow(List.of(), () -> 0, () -> false);
    private ProducerLog log;

    ProducerSession(SessionScope scope, Owner owner, OpenProducer request, GroupView group) {
        this.scope = scope;
        this.owner = owner;
        this.request = request;
        this.group = group;
        this.route = scope.loop.routes().of(scope.principal.tenantId(), group.name(), group.groupId(), group.shard());
        this.target = new PublishTarget(scope.loop.directory(), scope.principal, scope.loop.validator(), group);
        this.sender = scope.loop.senders().add(this::on);
        this.forget = request.producerName().isEmpty();
        this.name = forget ? anonymousName() : request.producerName();
        this.watch = new Watch(scope.loop.overdue(), this, OVERDUE_SWEEPS);
        this.log = log(0, 0, 0);
        open();
        watch.waiting();
    }

    private void open() {
        opens++;
        scope.loop.send(
                route.shard(),
                Commands.openProducer(scope.principal.tenantId(), group.groupId(), origin(), sender, name));
    }

    private void openAgain() {
        scope.loop.senders().remove(sender);
        sender = scope.loop.senders().add(this::on);
        open();
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public boolean waits() {
        return state == State.OPENING || (state != State.CLOSED && log.waits());
    }

    @Override
    public void sayAgain() {
        if (state != State.OPENING) {
            log.overdue();
        } else if (opens < MOST_OPENS) {
            openAgain();
        } else {
            scope.refuse(request.requestId(), ErrorCode.UNAVAILABLE, unreachable());
            leave();
            finish();
        }
    }

    @Override
    public void leaderChanged() {
        if (state == State.OPENING) {
            openAgain();
        } else {
            log.leaderChanged();
        }
    }

    private String unreachable() {
        return "the shard of queue group " + group.name() + " could not be reached";
    }

    private ProducerLog log(int newHandle, int epoch, long lastSequence) {
        return new ProducerLog(
                scope,
                new ProducerLog.Opened(route, sender, newHandle, epoch, lastSequence),
                () -> close(ErrorCode.UNAVAILABLE, unreachable()),
                watch);
    }

    private String anonymousName() {
        var origin = scope.loop.origin();
        return "~" + origin.node() + "." + origin.boot() + "." + origin.loop() + "." + sender;
    }

    private long origin() {
        return scope.loop.origin().pack();
    }

    void publish(Publish publish) {
        if (state != State.OPEN) {
            return;
        }
        int count = publish.count();
        long bytes = publish.messages().remaining();
        boolean withinCredit = window.admits(bytes, count);
        window.sent(bytes);
        scope.loop.crowd().published(scope.flow.tenantId);
        scope.flow.figures.publishedBytes.add(bytes);
        if (window.overdraftBytes() > scope.loop.settings().maxInFlightBytesPerConnection()) {
            scope.violated("PUBLISH: " + window.overdraftBytes()
                    + " bytes were sent beyond the publish credit of handle " + handle);
            return;
        }
        if (!log.takes(publish.firstSequence())) {
            outOfSequence(publish, count, bytes);
        } else if (!withinCredit) {
            log.skip(
                    count,
                    bytes,
                    new Refusal(ErrorCode.THROTTLED, "the publish credit of handle " + handle + " is used up", 100));
        } else {
            admit(publish, count, bytes);
        }
        markDirty();
    }

    private void outOfSequence(Publish publish, int count, long bytes) {
        long last = publish.firstSequence() + count - 1;
        String message = "expected sequence " + log.nextSequence() + ", got " + publish.firstSequence();
        scope.link.send(new Reject(handle, publish.firstSequence(), last, ErrorCode.OUT_OF_SEQUENCE, message, 0));
        scope.flow.figures.rejected(ErrorCode.OUT_OF_SEQUENCE).add(count);
        window.resolved(bytes);
    }

    private void admit(Publish publish, int count, long bytes) {
        List<Commands.Section> sections = PublishTarget.sectionsFor(publish);
        Refusal refusal = target.check(publish, sections);
        if (refusal == null) {
            boolean reject = request.rejectOverRate() || (publish.flags() & Publish.REJECT_OVER_RATE) != 0;
            refusal = PublishAdmission.take(scope, window, count, bytes, target.largestBytes(), reject);
        }
        if (refusal == null) {
            log.publish(publish, sections, count, bytes);
        } else {
            log.skip(count, bytes, refusal);
        }
    }

    private void on(ShardEvent event) {
        if (event instanceof ShardEvent.Confirmed confirmed) {
            resolved(log.confirmed(confirmed.firstSequence(), confirmed.lastSequence()));
        } else if (event instanceof ShardEvent.Rejected rejected) {
            resolved(log.rejected(rejected));
        } else if (event instanceof ShardEvent.ProducerOpened opened) {
            opened(opened);
        } else if (event instanceof ShardEvent.ProducerFenced) {
            close(ErrorCode.ALREADY_EXISTS, "another connection opened producer " + name);
        } else if (event instanceof ShardEvent.Failed failed) {
            failed(failed);
        }
    }

    private void opened(ShardEvent.ProducerOpened opened) {
        if (state != State.OPENING) {
            return;
        }
        state = State.OPEN;
        handle = owner.opened(this);
        window = new PublishWindow(
                List.of(scope.publishBudget, scope.flow.publishBudget, scope.loop.publishBudget()),
                scope.loop.timers()::nowNs,
                () -> scope.loop.crowd().others(scope.flow.tenantId));
        log = log(handle, opened.epoch(), opened.lastSequence());
        scope.link.send(new ProducerOpened(request.requestId(), handle, opened.lastSequence(), window.limitBytes()));
    }

    private void resolved(long bytes) {
        window.resolved(bytes);
        markDirty();
    }

    private void failed(ShardEvent.Failed failed) {
        switch (failed.type()) {
            case OPEN_PRODUCER -> {
                if (state == State.OPENING) {
                    scope.refuse(request.requestId(), failed.code(), failed.message());
                    if (failed.code() == ErrorCode.UNAVAILABLE) {
                        // It may have been opened all the same.
                        leave();
                    } else {
                        scope.loop.senders().remove(sender);
                    }
                    finish();
                }
            }
            case PUBLISH, SKIP_SEQUENCES -> {
                if (failed.code() == ErrorCode.UNAVAILABLE) {
                    log.lost();
                } else {
                    // The shard does not know this producer (any more): the client opens it again and learns what is
                    // stored.
                    close(ErrorCode.UNAVAILABLE, failed.message());
                }
            }
            default -> {}
        }
    }

    private void markDirty() {
        if (!dirty && (state == State.OPEN || state == State.CLOSING)) {
            dirty = true;
            scope.loop.turn().atEnd(flush);
        }
    }

    private void flush() {
        dirty = false;
        if (state == State.CLOSED) {
            return;
        }
        log.flush();
        if (state == State.CLOSING && log.isIdle()) {
            leave();
            finish();
        } else {
            raiseCredit();
        }
    }

    /** Lets the client publish more, unless it does not read or its tenant has to wait. */
    void raiseCredit() {
        if (state != State.OPEN || !scope.link.writable()) {
            return;
        }
        if (scope.flow.publishPace.paused()) {
            scope.flow.publishPace.await(raiseCredit);
        } else if (window.raise()) {
            scope.link.send(new PublishCredit(handle, window.limitBytes()));
        }
    }

    /** The client publishes no more. */
    void closeByClient(boolean alsoForget) {
        if (state == State.OPEN) {
            forget |= alsoForget;
            state = State.CLOSING;
            markDirty();
        }
    }

    /** Ends it from this side; outcomes that the client has not heard of are open: it learns them when it opens the producer again. */
    private void close(ErrorCode code, String message) {
        if (state == State.OPEN || state == State.CLOSING) {
            log.flush();
            scope.link.send(new ProducerClosed(handle, code, message));
            leave();
            finish();
        }
    }

    /** The session is over. */
    void end() {
        if (state != State.CLOSED) {
            leave();
            finish();
        }
    }

    private void leave() {
        Farewell.say(
                scope.loop,
                route,
                Commands.closeProducer(scope.principal.tenantId(), group.groupId(), origin(), sender, forget));
    }

    private void finish() {
        state = State.CLOSED;
        log.end();
        window.close();
        scope.flow.publishPace.forget(raiseCredit);
        owner.closed(this, handle);
    }
}
