package io.sluice.client;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Names;
import io.sluice.protocol.QueueAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A connection to Sluice that keeps itself up: the place to get publishers and consumers from.
 *
 * <p>One client has one connection and one event loop. When the connection is lost it reconnects, for ever, unless the server refuses the credentials.
 * Safe for any thread; its blocking methods refuse to run on its event loop.
 */
public final class SluiceClient implements AutoCloseable {
    private static final long CLOSE_WAIT_MS = 5_000;

    private final ClientOptions options;
    private final Vertx vertx;
    private final boolean ownVertx;
    private final Callbacks callbacks;
    private final Session session;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    private SluiceClient(ClientOptions options, Vertx vertx, boolean ownVertx) {
        this.options = options;
        this.vertx = vertx;
        this.ownVertx = ownVertx;
        this.callbacks = new Callbacks(options.name(), options.listener());
        Context loop = vertx.getOrCreateContext();
        this.session = new Session(options, vertx, loop, callbacks);
    }

    /**
     * Connects to one of the seeds.
     *
     * @throws SluiceException when none answers ({@code UNAVAILABLE}) or one refuses ({@code UNAUTHENTICATED}, {@code FORBIDDEN}, …)
     */
    public static SluiceClient connect(ClientOptions options) {
        VertxOptions small = new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1);
        small.setInternalBlockingPoolSize(1).setPreferNativeTransport(true);
        return new SluiceClient(options, Vertx.vertx(small), true).start();
    }

    /** As {@link #connect}, on a Vert.x of the application's, which stays open when the client is closed. */
    static SluiceClient connectOn(Vertx vertx, ClientOptions options) {
        return new SluiceClient(options, vertx, false).start();
    }

    private SluiceClient start() {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        session.start().future().onComplete(connected::complete, connected::completeExceptionally);
        try {
            long rounds = options.seeds().size() + 1L;
            await(connected, rounds * options.connectTimeoutMs(), "no seed answered");
            return this;
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    public Publisher publisher(String group) {
        return publisher(group, PublisherOptions.DEFAULT);
    }

    /**
     * Opens a publisher for a group and waits until the server did too.
     *
     * @throws SluiceException when the server refuses ({@code NOT_FOUND}, {@code FORBIDDEN}, …) or does not answer
     */
    public Publisher publisher(String group, PublisherOptions publisherOptions) {
        String problem = Names.problem("group name", group);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        String given = publisherOptions.producerName();
        String name = given.isEmpty() ? "auto-" + randomHex() : given;
        // With room for the frame's own fields and many sections.
        int batchBytes = Math.min(publisherOptions.batchBytes(), Math.max(1, session.maxMessageBytes() / 2));
        PublisherOptions fitting = publisherOptions.withBatch(publisherOptions.batchMessages(), batchBytes);
        ProducerChannel channel = new ProducerChannel(session, group, name, fitting);
        session.onLoop(() -> session.register(channel));
        try {
            await(channel.opened(), options.connectTimeoutMs(), "the server did not open a publisher for " + group);
        } catch (SluiceException e) {
            session.onLoop(() -> channel.end(e.code(), "the publisher was never opened"));
            throw e;
        }
        Publisher publisher = new Publisher(session, channel, publisherOptions);
        open.add(publisher);
        return publisher;
    }

    /**
     * Consumes a queue, message by message.
     *
     * @param queue {@code group/queue}
     * @throws SluiceException when the server refuses ({@code NOT_FOUND}, {@code FORBIDDEN}, …) or does not answer
     */
    public Consumer consumer(String queue, ConsumerOptions consumerOptions, DeliveryHandler handler) {
        boolean autoAck = consumerOptions.autoAck();
        return subscribe(queue, consumerOptions, Dispatcher.oneByOne(handler, autoAck, callbacks), false);
    }

    /** As {@link #consumer}, with messages as they arrived together: cheaper. */
    public Consumer batchConsumer(String queue, ConsumerOptions consumerOptions, BatchHandler handler) {
        return subscribe(queue, consumerOptions, handler, consumerOptions.autoAck());
    }

    private Consumer subscribe(String queue, ConsumerOptions consumerOptions, BatchHandler handler, boolean autoAck) {
        String address = QueueAddress.of(queue).toString();
        Consumer consumer = new Consumer(session, address, consumerOptions, handler, autoAck);
        ConsumerChannel channel = consumer.channel();
        session.onLoop(() -> session.register(channel));
        try {
            await(channel.subscribed(), options.connectTimeoutMs(), "the server did not subscribe to " + queue);
        } catch (SluiceException e) {
            session.onLoop(channel::abandon);
            throw e;
        }
        open.add(consumer);
        return consumer;
    }

    private void await(CompletableFuture<Void> future, long timeoutMs, String late) {
        if (session.isLoop()) {
            throw new IllegalStateException("this would block the client's event loop: call it on another thread");
        }
        try {
            future.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.UNAVAILABLE, "interrupted");
        } catch (TimeoutException e) {
            throw new SluiceException(ErrorCode.UNAVAILABLE, late + " within " + timeoutMs + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SluiceException refusal) {
                throw new SluiceException(refusal.code(), bare(refusal));
            }
            throw new SluiceException(ErrorCode.INTERNAL, String.valueOf(e.getCause()));
        }
    }

    /** The same refusal is thrown anew, for the caller's stack. */
    private static String bare(SluiceException refusal) {
        return String.valueOf(refusal.getMessage()).replaceFirst("^" + refusal.code() + ": ", "");
    }

    private static String randomHex() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Closes consumers and publishers (waiting for their outcomes), then the connection. */
    @Override
    public void close() {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                callbacks.error(e);
            }
        }
        open.clear();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        session.close().future().onComplete(nothing -> closed.complete(null));
        try {
            await(closed, CLOSE_WAIT_MS, "the connection did not close");
        } finally {
            release();
        }
    }

    private void release() {
        callbacks.close();
        if (ownVertx) {
            vertx.close();
        }
    }
}
