package io.sluice.client;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageWriter;
import io.sluice.protocol.Names;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to the queues of one group, in order, each message exactly once as long as this object lives.
 *
 * <p><em>Invariants:</em> every message that was taken gets one outcome, in the order of sequences unless some are rejected; over a reconnect nothing is lost
 * and nothing doubled. Safe for any thread.
 */
public final class Publisher implements AutoCloseable {
    private static final long CLOSE_WAIT_MS = 30_000;

    private final Session session;
    private final ProducerChannel channel;
    private final PublisherOptions options;

    Publisher(Session session, ProducerChannel channel, PublisherOptions options) {
        this.session = session;
        this.channel = channel;
        this.options = options;
    }

    /**
     * Publishes a message; waits for room in the window, or fails, as the options say.
     *
     * @param queue name of a queue of the group
     * @return completes when the message is on disk on a majority; fails with {@link PublishRejectedException}
     */
    public CompletableFuture<Confirmation> publish(String queue, Message message) {
        Pending pending = new Pending();
        publish(queue, message, pending);
        return pending;
    }

    /** As {@link #publish(String, Message)}, without an object for each message. A message that is not taken is told to the callback at once, as sequence 0. */
    public void publish(String queue, Message message, PublishCallback callback) {
        Message toSend = BodyCodec.compress(message, options.compressAboveBytes());
        int bytes = MessageWriter.sizeBytes(toSend);
        PublishRejectedException refusal = check(queue, toSend, bytes);
        if (refusal == null) {
            refusal = channel.append(queue, toSend, MessageWriter.crc(toSend.body()), bytes, callback);
        }
        if (refusal != null) {
            callback.onOutcome(0, refusal);
        }
    }

    private @Nullable PublishRejectedException check(String queue, Message message, int bytes) {
        if (!Names.isValid(queue)) {
            return new PublishRejectedException(
                    ErrorCode.BAD_FRAME, String.valueOf(Names.problem("queue name", queue)), 0);
        }
        String problem = MessageWriter.problem(message);
        if (problem != null) {
            return new PublishRejectedException(ErrorCode.BAD_FRAME, problem, 0);
        }
        if (bytes > session.maxMessageBytes()) {
            return new PublishRejectedException(
                    ErrorCode.TOO_LARGE,
                    "message of " + bytes + " bytes, the server takes at most " + session.maxMessageBytes(),
                    0);
        }
        return null;
    }

    /**
     * Waits until every message published so far has an outcome.
     *
     * @return whether it came to that within the time
     */
    public boolean awaitOutcomes(long timeoutMs) throws InterruptedException {
        return channel.awaitOutcomes(timeoutMs);
    }

    /** Waits up to 30 s for outcomes, then fails what has none. */
    @Override
    public void close() {
        try {
            channel.awaitOutcomes(CLOSE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        session.onLoop(() -> {
            channel.end(ErrorCode.UNAVAILABLE, "the publisher was closed");
            ended.complete(null);
        });
        if (!session.isLoop()) {
            ended.join();
        }
    }

    private static final class Pending extends CompletableFuture<Confirmation> implements PublishCallback {
        @Override
        public void onOutcome(long sequence, @Nullable PublishRejectedException rejection) {
            if (rejection == null) {
                complete(new Confirmation(sequence));
            } else {
                completeExceptionally(rejection);
            }
        }
    }
}
