package io.sluice.client;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.SetPrefetch;
import io.sluice.protocol.frame.Settled;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Unsubscribe;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's side towards the server: subscribes, resumes on the next connection, takes deliveries in and sends decisions out.
 *
 * <p><em>Confined to:</em> the event loop, except where a method says otherwise.
 */
final class ConsumerChannel implements Channel {
    private static final long CLOSE_WAIT_MS = 5_000;

    private final Session session;
    private final String queue;
    private final Settlements settlements;
    private final java.util.function.Consumer<DeliveredRun> runs;
    private final Backoff backoff = new Backoff(50, 5_000, Math::random);
    private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private int prefetchCount;
    private int prefetchBytes;
    private @Nullable Link link;
    private int handle = -1;
    private boolean resumable;
    private long consumerId;
    private long lastTag;
    private long generation;
    private boolean closing;

    ConsumerChannel(
            Session session,
            String queue,
            ConsumerOptions options,
            Settlements settlements,
            java.util.function.Consumer<DeliveredRun> runs) {
        this.session = session;
        this.queue = queue;
        this.settlements = settlements;
        this.runs = runs;
        this.prefetchCount = options.prefetchCount();
        this.prefetchBytes = options.prefetchBytes();
    }

    /** Any thread: done when it was subscribed for the first time. */
    CompletableFuture<Void> subscribed() {
        return subscribed;
    }

    /** Any thread. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    // Subscribing

    @Override
    public void connected(Link newLink) {
        link = newLink;
        if (resumable) {
            resume(newLink);
        } else {
            subscribe(newLink);
        }
    }

    private void resume(Link on) {
        session.request(
                on,
                new Request(frame -> resumed(on, (Subscribed) frame), refusal -> notResumed(on, refusal)),
                id -> new ResumeConsumer(id, consumerId, lastTag, prefetchCount, prefetchBytes, queue));
    }

    private void resumed(Link on, Subscribed frame) {
        if (link == on) {
            attach(on, frame);
            settlements.resumed(handle).forEach(on::send);
            settle();
        }
    }

    /**
     * Perhaps the shard has no leader now: what this consumer holds is worth another try. Else it is too late: that is delivered anew, so what the application
     * still decides about it means nothing.
     */
    private void notResumed(Link on, Failure refusal) {
        if (link != on) {
            return;
        }
        if (mayPass(refusal)) {
            session.later(backoff.nextMs(), () -> resumeAgain(on));
        } else {
            resumable = false;
            subscribe(on);
        }
    }

    /** For a while the quota also counts what the node had that this consumer comes from. */
    private boolean mayPass(Failure refusal) {
        if (refusal.code() == ErrorCode.QUOTA_EXCEEDED) {
            session.callbacks().error(new SluiceException(refusal.code(), refusal.message()));
            return true;
        }
        return refusal.code().retryable();
    }

    private void resumeAgain(Link on) {
        if (link == on && handle < 0 && resumable && !ended.isDone()) {
            resume(on);
        }
    }

    private void subscribe(Link on) {
        generation = settlements.restarted();
        lastTag = 0;
        session.request(
                on,
                new Request(frame -> subscribed(on, (Subscribed) frame), refusal -> notSubscribed(on, refusal)),
                id -> new Subscribe(id, prefetchCount, prefetchBytes, queue));
    }

    private void subscribed(Link on, Subscribed frame) {
        if (link == on) {
            attach(on, frame);
            subscribed.complete(null);
        }
    }

    private void attach(Link on, Subscribed frame) {
        handle = frame.handle();
        consumerId = frame.consumerId();
        resumable = true;
        backoff.reset();
        session.router().consumer(handle, this);
        if (closing) {
            on.send(new Unsubscribe(handle));
        }
    }

    private void notSubscribed(Link on, Failure refusal) {
        if (link == on) {
            if (subscribed.isDone() && mayPass(refusal)) {
                session.later(backoff.nextMs(), () -> resubscribe(on));
            } else {
                end(new SluiceException(refusal.code(), refusal.message()));
            }
        }
    }

    private void resubscribe(Link on) {
        if (link == on && handle < 0 && !ended.isDone()) {
            subscribe(on);
        }
    }

    void prefetch(int count, int bytes) {
        prefetchCount = count;
        prefetchBytes = bytes;
        if (link != null && handle >= 0) {
            link.send(new SetPrefetch(handle, count, bytes));
        }
    }

    // Deliveries and decisions

    void delivered(Deliver frame) {
        long last = frame.firstTag() + frame.count() - 1;
        if (closing || last <= lastTag) {
            return;
        }
        int seenCount = (int) Math.max(0, lastTag + 1 - frame.firstTag());
        ByteBuffer messages = frame.messages().slice();
        if (seenCount > 0) {
            messages = messages.position(Dispatcher.skip(messages, seenCount)).slice();
        }
        lastTag = last;
        runs.accept(new DeliveredRun(
                generation,
                frame.firstTag() + seenCount,
                frame.count() - seenCount,
                frame.deliveryCount(),
                frame.timestampMs(),
                messages));
    }

    /** Sends what the application decided since the last time. */
    void settle() {
        if (link != null && handle >= 0) {
            settlements.drain(handle).forEach(link::send);
        }
    }

    void settled(Settled frame) {
        settlements.settled(frame.frames());
    }

    // The end

    void close() {
        closing = true;
        if (link == null || handle < 0) {
            end(null);
            return;
        }
        settle();
        link.send(new Unsubscribe(handle));
        session.later(CLOSE_WAIT_MS, () -> end(null));
    }

    void closed(ConsumerClosed frame) {
        Link on = link;
        dropHandle();
        resumable = false;
        if (closing) {
            end(null);
        } else if (frame.code().retryable() && on != null) {
            session.later(backoff.nextMs(), () -> resubscribe(on));
        } else {
            end(new SluiceException(frame.code(), frame.message()));
        }
    }

    @Override
    public void disconnected() {
        dropHandle();
        link = null;
        if (closing) {
            end(null);
        }
    }

    private void dropHandle() {
        session.router().forgetConsumer(handle);
        handle = -1;
    }

    @Override
    public void ended(SluiceException reason) {
        end(reason);
    }

    /** @param reason null: as the application wanted */
    private void end(@Nullable SluiceException reason) {
        if (ended.isDone()) {
            return;
        }
        dropHandle();
        session.unregister(this);
        if (reason == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(reason);
            if (subscribed.isDone()) {
                session.callbacks().error(reason);
            }
        }
        subscribed.completeExceptionally(
                reason != null ? reason : new SluiceException(ErrorCode.UNAVAILABLE, "the consumer was closed"));
    }

    /** Gives a subscription up that was not answered in time. */
    void abandon() {
        closing = true;
        end(null);
    }
}
