package io.sluice.client;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.frame.CloseProducer;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.PublishCredit;
import io.sluice.protocol.frame.Reject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's side towards the server: opens the producer on each connection, sends batches, and brings outcomes back.
 *
 * <p>There is one way to recover, whatever was lost (the connection, a frame behind the gateway, a leader): open the producer again under its name, then send
 * again what has no outcome. <em>Confined to:</em> the event loop, except where a method says otherwise; the outbox to {@code lock}.
 */
final class ProducerChannel implements Channel {
    private static final long MIN_REOPEN_MS = 50;
    private static final long MAX_REOPEN_MS = 500;

    private final Session session;
    private final String group;
    private final String producerName;
    private final PublisherOptions options;
    private final Telling telling;
    private final Backoff reopenBackoff = new Backoff(MIN_REOPEN_MS, MAX_REOPEN_MS, Math::random);
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Outbox outbox;
    private boolean sendScheduled;
    private @Nullable PublishRejectedException failure;

    private @Nullable Link link;
    private int handle = -1;
    private boolean begun;

    ProducerChannel(Session session, String group, String producerName, PublisherOptions options) {
        this.session = session;
        this.group = group;
        this.producerName = producerName;
        this.options = options;
        this.telling = new Telling(session.callbacks().serial(options.callbacksOnEventLoop()), lock, progress);
        this.outbox = new Outbox(options);
    }

    /** Any thread: done when the producer was opened for the first time. */
    CompletableFuture<Void> opened() {
        return opened;
    }

    // From the application, on any thread

    /** Answers null when the message was taken: then its callback will be called. */
    @Nullable
    PublishRejectedException append(
            String queue, Message message, int bodyCrc, int messageBytes, PublishCallback callback) {
        boolean schedule;
        lock.lock();
        try {
            PublishRejectedException refusal = awaitRoom(messageBytes);
            if (refusal != null) {
                return refusal;
            }
            outbox.append(queue, message, bodyCrc, messageBytes, callback);
            telling.took();
            schedule = !sendScheduled && outbox.wantsSending();
            sendScheduled |= schedule;
        } finally {
            lock.unlock();
        }
        if (schedule) {
            session.onLoop(this::send);
        }
        return null;
    }

    private @Nullable PublishRejectedException awaitRoom(int messageBytes) {
        while (failure == null && !outbox.hasRoom(messageBytes)) {
            if (!options.blockWhenFull() || session.isLoop()) {
                return new PublishRejectedException(
                        ErrorCode.THROTTLED,
                        "the publisher's window is full: " + outbox.pending() + " messages have no outcome yet",
                        1);
            }
            try {
                progress.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new PublishRejectedException(
                        ErrorCode.UNAVAILABLE, "interrupted while the publisher's window was full", 0);
            }
        }
        return failure;
    }

    /** Waits until every message has an outcome and its callback has returned; answers whether it came to that in time. */
    boolean awaitOutcomes(long timeoutMs) throws InterruptedException {
        long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        lock.lock();
        try {
            while (!telling.isDone(outbox.pending()) && leftNs > 0) {
                leftNs = progress.awaitNanos(leftNs);
            }
            return telling.isDone(outbox.pending());
        } finally {
            lock.unlock();
        }
    }

    // Opening

    @Override
    public void connected(Link newLink) {
        link = newLink;
        open(newLink);
    }

    private void open(Link on) {
        session.request(
                on,
                new Request(frame -> opened(on, (ProducerOpened) frame), refusal -> refused(on, refusal)),
                id -> new OpenProducer(id, options.rejectOverRate(), group, producerName));
    }

    private void opened(Link on, ProducerOpened frame) {
        if (link != on) {
            return;
        }
        handle = frame.handle();
        session.router().producer(handle, this);
        Outcomes lost = resume(frame);
        if (lost != null) {
            telling.tell(lost);
        }
        if (opened.complete(null)) {
            session.later(options.outcomeTimeoutMs(), () -> watch(-1));
        }
        send();
    }

    /** @param oldest first message without an outcome at the last look */
    private void watch(long oldest) {
        long oldestNow;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            oldestNow = outbox.oldestSent();
        } finally {
            lock.unlock();
        }
        if (oldestNow >= 0 && oldestNow == oldest && handle >= 0) {
            startOver(0);
        }
        session.later(options.outcomeTimeoutMs(), () -> watch(oldestNow));
    }

    /** Answers what had to be given up, or null. */
    private @Nullable Outcomes resume(ProducerOpened frame) {
        lock.lock();
        try {
            if (!begun) {
                begun = true;
                outbox.begin(frame.lastSequence(), frame.creditLimit());
                return null;
            }
            return switch (outbox.reopened(frame.lastSequence(), frame.creditLimit())) {
                case GOES_ON -> null;
                case FORGOTTEN ->
                    outbox.forgotten(
                            frame.lastSequence(),
                            ErrorCode.UNAVAILABLE,
                            "the server forgot this producer; it is not known whether the message was stored");
                case TAKEN_OVER -> fail(ErrorCode.ALREADY_EXISTS, "another publisher used the name " + producerName);
            };
        } finally {
            progress.signalAll();
            lock.unlock();
        }
    }

    private void refused(Link on, Failure refusal) {
        if (link != on) {
            return;
        }
        // The first time only while a leader is missing, and as long as its caller waits.
        boolean again = opened.isDone() ? refusal.code().retryable() : refusal.code() == ErrorCode.UNAVAILABLE;
        if (again) {
            session.later(reopenBackoff.nextMs(), () -> reopen(on));
        } else {
            end(refusal.code(), refusal.message());
        }
    }

    private void reopen(Link on) {
        if (link == on && handle < 0 && !opened.isCompletedExceptionally()) {
            open(on);
        }
    }

    // Sending

    private void send() {
        while (true) {
            Batch batch;
            lock.lock();
            try {
                sendScheduled = false;
                batch = handle < 0 ? null : outbox.next();
            } finally {
                lock.unlock();
            }
            if (batch == null || link == null) {
                return;
            }
            link.sendNow(batch.frame(handle, options.rejectOverRate() ? Publish.REJECT_OVER_RATE : 0), batch.body());
        }
    }

    // Outcomes

    void confirmed(Confirm frame) {
        Outcomes outcomes = new Outcomes(null);
        lock.lock();
        try {
            for (int i = 0; i < frame.sequences().count(); i++) {
                outbox.complete(frame.sequences().first(i), frame.sequences().last(i), outcomes);
            }
            outbox.readmit();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        reopenBackoff.reset();
        telling.tell(outcomes);
        send();
    }

    void rejected(Reject frame) {
        switch (frame.code()) {
            case OUT_OF_SEQUENCE -> outOfSequence(frame);
            case UNAVAILABLE -> startOver(frame.retryAfterMs());
            case THROTTLED -> throttled(frame);
            default -> rejectedForGood(frame);
        }
    }

    private void outOfSequence(Reject frame) {
        lock.lock();
        try {
            outbox.refusedFrom(frame.firstSequence());
        } finally {
            lock.unlock();
        }
        startOver(frame.retryAfterMs());
    }

    /** These sequences are not used up: recover by opening the producer again; what is under way under the old handle no longer counts. */
    private void startOver(int waitMs) {
        Link on = link;
        if (on != null) {
            on.send(new CloseProducer(handle, false));
            dropHandle();
            session.later(Math.max(waitMs, reopenBackoff.nextMs()), () -> reopen(on));
        }
    }

    private void throttled(Reject frame) {
        if (!options.retryThrottled()) {
            rejectedForGood(frame);
            return;
        }
        lock.lock();
        try {
            outbox.setAside(frame.firstSequence(), frame.lastSequence());
        } finally {
            lock.unlock();
        }
        session.later(frame.retryAfterMs(), this::readmit);
    }

    private void readmit() {
        lock.lock();
        try {
            outbox.readmit();
        } finally {
            lock.unlock();
        }
        send();
    }

    private void rejectedForGood(Reject frame) {
        Outcomes outcomes =
                new Outcomes(new PublishRejectedException(frame.code(), frame.message(), frame.retryAfterMs()));
        lock.lock();
        try {
            outbox.complete(frame.firstSequence(), frame.lastSequence(), outcomes);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        telling.tell(outcomes);
        send();
    }

    void credited(PublishCredit frame) {
        lock.lock();
        try {
            outbox.credit(frame.limitBytes());
        } finally {
            lock.unlock();
        }
        send();
    }

    // The end

    void closed(ProducerClosed frame) {
        if (frame.code().retryable()) {
            Link on = link;
            dropHandle();
            if (on != null) {
                session.later(reopenBackoff.nextMs(), () -> reopen(on));
            }
        } else {
            end(frame.code(), frame.message());
        }
    }

    @Override
    public void disconnected() {
        dropHandle();
        link = null;
    }

    private void dropHandle() {
        session.router().forgetProducer(handle);
        handle = -1;
        lock.lock();
        try {
            outbox.disconnected();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ended(SluiceException reason) {
        end(reason.code(), String.valueOf(reason.getMessage()));
    }

    /** Stops this publisher: what has no outcome fails. */
    void end(ErrorCode code, String message) {
        if (link != null && handle >= 0) {
            // A name that nobody gave is never opened again.
            link.send(new CloseProducer(handle, options.producerName().isEmpty()));
        }
        dropHandle();
        session.unregister(this);
        Outcomes outcomes;
        lock.lock();
        try {
            outcomes = fail(code, message);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        telling.tell(outcomes);
        opened.completeExceptionally(new SluiceException(code, message));
    }

    private Outcomes fail(ErrorCode code, String message) {
        if (failure == null) {
            failure = new PublishRejectedException(code, message, 0);
        }
        return outbox.failAll(code, message);
    }
}
