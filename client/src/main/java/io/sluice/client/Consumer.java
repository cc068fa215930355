package io.sluice.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Consumes one queue until it is closed, over any number of connections.
 *
 * <p>After a short loss of the connection it goes on with what it holds. After a longer one it subscribes anew: messages it had not acked are delivered again,
 * with a higher delivery count, here or elsewhere. Safe for any thread.
 */
public final class Consumer implements AutoCloseable {
    private static final long CLOSE_WAIT_MS = 10_000;

    private final Session session;
    private final String queue;
    private final Settlements settlements;
    private final ConsumerChannel channel;
    private final Dispatcher dispatcher;
    private final SerialExecutor executor;

    Consumer(Session session, String queue, ConsumerOptions options, BatchHandler handler, boolean autoAck) {
        this.session = session;
        this.queue = queue;
        this.settlements = new Settlements();
        this.executor = session.callbacks().serial(options.callbacksOnEventLoop());
        this.dispatcher = new Dispatcher(
                this, handler, session.callbacks(), autoAck, session.options().maxFrameBytes());
        this.channel = new ConsumerChannel(session, queue, options, settlements, this::deliver);
    }

    ConsumerChannel channel() {
        return channel;
    }

    private void deliver(DeliveredRun run) {
        executor.execute(() -> dispatcher.dispatch(run));
    }

    /** Changes how much the server may send ahead. */
    public void prefetch(int count, int bytes) {
        ConsumerOptions checked = ConsumerOptions.DEFAULT.withPrefetch(count, bytes);
        session.onLoop(() -> channel.prefetch(checked.prefetchCount(), checked.prefetchBytes()));
    }

    /** Done when this consumer ended: normally after {@link #close}, else with a {@link SluiceException}, for example when its queue was deleted. */
    public CompletableFuture<Void> ended() {
        return channel.ended().copy();
    }

    /**
     * Takes no further message, lets the handler finish the one it has, sends the acks that gathered and unsubscribes. What is not acked by then goes back to the
     * queue. Waits up to 10 s; on the handler's own thread or the event loop it does not wait.
     */
    @Override
    public void close() {
        dispatcher.stop();
        boolean wait = !executor.isCurrent() && !session.isLoop();
        if (wait) {
            CompletableFuture<Void> handled = new CompletableFuture<>();
            executor.execute(() -> handled.complete(null));
            await(handled);
        }
        session.onLoop(channel::close);
        if (wait) {
            await(channel.ended());
        }
    }

    private void await(CompletableFuture<Void> future) {
        try {
            future.get(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            session.callbacks().error(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            session.callbacks().error(new IllegalStateException(this + " did not end in time", e));
        }
    }

    void ack(long generation, long firstTag, long lastTag) {
        if (settlements.ack(generation, firstTag, lastTag)) {
            session.onLoop(channel::settle);
        }
    }

    void nack(long generation, long tag, boolean discard, long delayMs) {
        if (settlements.nack(generation, tag, discard, delayMs)) {
            session.onLoop(channel::settle);
        }
    }

    int maxBodyBytes() {
        return session.options().maxBodyBytes();
    }

    @Override
    public String toString() {
        return "consumer of " + queue;
    }
}
