package io.sluice.client;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Close;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.GoAway;
import io.sluice.protocol.frame.Heartbeat;
import io.sluice.protocol.frame.Throttled;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client's life over its connections: connects, watches, reconnects, and tells its publishers and consumers.
 *
 * <p><em>Confined to:</em> the client's event loop, except where a method says otherwise.
 */
final class Session {
    /** Half heartbeat intervals of silence after which the server is given up. */
    private static final int MAX_SILENT_TICKS = 5;

    /** How often a server that does not answer is asked for a sign of life, at the most. */
    private static final int MAX_PROBE_MS = 500;

    private static final long CLOSE_WAIT_MS = 2_000;

    private final ClientOptions options;
    private final Vertx vertx;
    private final Context loop;
    private final Callbacks callbacks;
    private final Dialer dialer;
    private final Endpoints endpoints;
    private final Backoff backoff;
    private final Router router = new Router();
    private final Set<Channel> channels = new LinkedHashSet<>();
    private final Map<Integer, Request> requests = new HashMap<>();
    private final Promise<Void> firstConnection = Promise.promise();
    private int lastRequestId;
    private long heartbeatTimer = -1;
    private byte[] resumeToken = new byte[0];
    private @Nullable Link link;
    private @Nullable Endpoint endpoint;
    /** The connection that another one is sought for. */
    private @Nullable Link leaving;

    private @Nullable SluiceException ended;
    private @Nullable Promise<Void> closing;
    private volatile int maxMessageBytes = Integer.MAX_VALUE;

    Session(ClientOptions options, Vertx vertx, Context loop, Callbacks callbacks) {
        this.options = options;
        this.vertx = vertx;
        this.loop = loop;
        this.callbacks = callbacks;
        this.dialer = new Dialer(vertx, loop, options);
        this.endpoints = new Endpoints(options.seeds());
        this.backoff = new Backoff(
                options.minBackoffMs(),
                options.maxBackoffMs(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    // What publishers and consumers use

    /** Any thread. */
    void onLoop(Runnable task) {
        loop.runOnContext(nothing -> task.run());
    }

    /** Any thread: whether the caller is the event loop. */
    boolean isLoop() {
        return Vertx.currentContext() == loop;
    }

    /** Any thread. */
    Callbacks callbacks() {
        return callbacks;
    }

    /** Any thread: largest message the server takes. */
    int maxMessageBytes() {
        return maxMessageBytes;
    }

    /** Any thread. */
    ClientOptions options() {
        return options;
    }

    Router router() {
        return router;
    }

    void later(long delayMs, Runnable task) {
        vertx.setTimer(Math.max(1, delayMs), id -> task.run());
    }

    void register(Channel channel) {
        if (ended != null) {
            channel.ended(ended);
            return;
        }
        channels.add(channel);
        if (link != null) {
            channel.connected(link);
        }
    }

    void unregister(Channel channel) {
        channels.remove(channel);
    }

    /** Sends a request that its number is put into; the answer is dropped if the connection ends first. */
    void request(Link on, Request request, Function<Integer, Frame> frame) {
        if (on == link) {
            int id = ++lastRequestId;
            requests.put(id, request);
            on.send(frame.apply(id));
        }
    }

    // Connecting

    /** Completes with the first connection; fails when every seed failed once, or one refused the credentials. */
    Promise<Void> start() {
        onLoop(() -> dial(endpoints.count()));
        return firstConnection;
    }

    private void dial(int attemptsLeft) {
        if (ended != null || closing != null || link != null) {
            return;
        }
        dialer.dial(endpoints.next(), resumeToken)
                .onSuccess(this::connected)
                .onFailure(failure -> dialFailed(failure, attemptsLeft - 1));
    }

    private void dialFailed(Throwable failure, int attemptsLeft) {
        SluiceException reason = failure instanceof SluiceException known
                ? known
                : new SluiceException(ErrorCode.INTERNAL, String.valueOf(failure));
        boolean first = !firstConnection.future().isComplete();
        if (isFinal(reason.code(), first) || (first && attemptsLeft <= 0)) {
            end(reason);
        } else if (first) {
            dial(attemptsLeft);
        } else {
            callbacks.error(reason);
            later(backoff.nextMs(), () -> dial(1));
        }
    }

    /** Whether another attempt with the same credentials (and, at first, version) can't succeed. */
    private static boolean isFinal(ErrorCode code, boolean first) {
        return code == ErrorCode.UNAUTHENTICATED
                || code == ErrorCode.FORBIDDEN
                || (first && code == ErrorCode.BAD_FRAME);
    }

    private void connected(Dialer.Dialed dialed) {
        Link opened = dialed.link();
        Connected answer = dialed.connected();
        if (ended != null || closing != null || link != null) {
            opened.close();
            return;
        }
        link = opened;
        endpoint = dialed.endpoint();
        opened.handlers(this::received, this::lost);
        resumeToken = answer.resumeToken();
        maxMessageBytes = answer.maxMessageBytes();
        endpoints.learn(answer.endpoints());
        backoff.reset();
        int tickMs = Math.max(5, answer.heartbeatMs() / 2);
        armHeartbeat(opened, tickMs);
        armProbe(opened, Math.min(tickMs, MAX_PROBE_MS));
        new ArrayList<>(channels).forEach(channel -> channel.connected(opened));
        firstConnection.tryComplete();
        callbacks.state(ClientState.CONNECTED);
    }

    /** One timer after the other, not a periodic one: after a pause of this process its ticks would come all at once and look like silence. */
    private void armHeartbeat(Link watched, int tickMs) {
        heartbeatTimer = vertx.setTimer(tickMs, id -> {
            if (watched.tick(MAX_SILENT_TICKS)) {
                watched.send(new Heartbeat());
            }
            if (link == watched) {
                armHeartbeat(watched, tickMs);
            }
        });
    }

    private void armProbe(Link watched, int probeMs) {
        later(probeMs, () -> {
            if (link == watched) {
                watched.probe();
                leave(watched, "the server does not answer: trying another one");
                armProbe(watched, probeMs);
            }
        });
    }

    private void leave(Link from, String why) {
        if (from.isToBeLeft() && from != leaving) {
            leaving = from;
            callbacks.error(new SluiceException(ErrorCode.UNAVAILABLE, why));
            move(from);
        }
    }

    // Frames

    private void received(Frame frame) {
        switch (frame.type()) {
            case PRODUCER_OPENED -> answered(((io.sluice.protocol.frame.ProducerOpened) frame).requestId(), frame);
            case SUBSCRIBED -> answered(((io.sluice.protocol.frame.Subscribed) frame).requestId(), frame);
            case ERROR -> refused((Failure) frame);
            case GOAWAY -> goAway((GoAway) frame);
            case THROTTLED -> throttled((Throttled) frame);
            case HEARTBEAT, CONNECTED -> {}
            case CLOSED -> lost("the server closed the session");
            default -> router.route(frame);
        }
    }

    private void answered(int requestId, Frame frame) {
        Request request = requests.remove(requestId);
        if (request != null) {
            request.answered().accept(frame);
        }
    }

    private void refused(Failure failure) {
        Request request = requests.remove(failure.requestId());
        if (request != null) {
            request.refused().accept(failure);
        } else {
            callbacks.error(new SluiceException(failure.code(), failure.message()));
        }
    }

    private void throttled(Throttled frame) {
        callbacks.throttled(
                new ClientListener.Throttle(frame.limit(), frame.scope(), frame.waitMs(), frame.tokensLeft()));
    }

    private void goAway(GoAway frame) {
        endpoints.prefer(frame.endpoints());
        Link from = link;
        if (from != null) {
            from.dismissed();
            leave(from, "the server said to go elsewhere: " + frame.code() + " " + frame.message());
        }
    }

    /** Leaves a connection for another one, not before that is there: where no node takes clients, this one may be the first that serves again. */
    private void move(Link from) {
        if (link != from || ended != null || closing != null) {
            return;
        }
        if (!from.isToBeLeft()) {
            leaving = null;
            return;
        }
        dialer.dial(endpoints.nextBut(endpoint), resumeToken)
                .onSuccess(dialed -> {
                    if (link == from && ended == null && closing == null) {
                        disconnect(from);
                    }
                    connected(dialed);
                })
                .onFailure(failure -> later(backoff.nextMs(), () -> move(from)));
    }

    /** Without CLOSE, so that the next connection can resume what this one had. */
    private void disconnect(Link old) {
        link = null;
        old.close();
        vertx.cancelTimer(heartbeatTimer);
        requests.clear();
        router.clear();
        new ArrayList<>(channels).forEach(Channel::disconnected);
        if (closing == null) {
            callbacks.state(ClientState.RECONNECTING);
        }
    }

    private void lost(String reason) {
        Link old = link;
        if (old == null) {
            return;
        }
        disconnect(old);
        if (closing != null) {
            closing.tryComplete();
            return;
        }
        callbacks.error(new SluiceException(ErrorCode.UNAVAILABLE, reason));
        later(backoff.nextMs(), () -> dial(1));
    }

    // The end

    /** Any thread. Says CLOSE and waits for the answer for a moment; publishers and consumers should be closed before. */
    Promise<Void> close() {
        Promise<Void> closed = Promise.promise();
        onLoop(() -> {
            closing = Promise.promise();
            closing.future().onComplete(result -> {
                end(new SluiceException(ErrorCode.UNAVAILABLE, "the client was closed"));
                closed.tryComplete();
            });
            if (link == null) {
                closing.tryComplete();
            } else {
                link.send(new Close());
                later(CLOSE_WAIT_MS, () -> lost("the server did not answer CLOSE"));
            }
        });
        return closed;
    }

    private void end(SluiceException reason) {
        if (ended != null) {
            return;
        }
        ended = reason;
        new ArrayList<>(channels).forEach(channel -> channel.ended(reason));
        channels.clear();
        dialer.close();
        firstConnection.tryFail(reason);
        if (closing == null) {
            callbacks.error(reason);
        }
        callbacks.state(ClientState.CLOSED);
    }
}
