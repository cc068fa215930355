package io.sluice.client;

import org.jspecify.annotations.Nullable;

/** Told once about the outcome of one message; the same object may serve any number of messages. */
@FunctionalInterface
public interface PublishCallback {
    /**
     * Called on the client's callback thread (on its event loop with {@link PublisherOptions#callbacksOnEventLoop}); must not block there.
     *
     * @param sequence number of the message among the producer's
     * @param rejection why it was not stored, or null: it is on disk on a majority
     */
    void onOutcome(long sequence, @Nullable PublishRejectedException rejection);
}
