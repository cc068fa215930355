package io.sluice.tenantmanager.service;

import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.NotLeaderException;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gets entries into the control log from any node: here where this node leads it, else over the bus at {@code control@<leader>}.
 *
 * <p>Only what was certainly not logged is tried again by itself; who sends an entry learns its outcome by applying it. Safe for any thread.
 */
final class Proposals implements AutoCloseable {
    private static final Buffer NOTHING = Buffer.buffer();
    private static final long REQUEST_TIMEOUT_MS = 5_000;
    private static final long RETRY_FOR_MS = 8_000;
    private static final long RETRY_PAUSE_MS = 100;
    private static final long SPREAD_MS = 1_000;
    private static final long SPREAD_POLL_MS = 5;
    private static final int NOT_LEADER = 1;
    private static final int UNKNOWN = 2;
    private static final int TOO_LARGE = 3;

    private final Vertx vertx;
    private final String node;
    private final DeliveryOptions options = new DeliveryOptions().setSendTimeout(REQUEST_TIMEOUT_MS);
    private volatile @Nullable ReplicatedLog log;
    private volatile @Nullable MessageConsumer<Buffer> consumer;
    private volatile @Nullable MessageConsumer<Long> barrier;

    /** @param node id of this node; empty where there is no other */
    Proposals(Vertx vertx, String node) {
        this.vertx = vertx;
        this.node = node;
    }

    void opened(ReplicatedLog opened) {
        log = opened;
        if (!node.isEmpty()) {
            consumer = vertx.eventBus().consumer(address(node), this::received);
            barrier = vertx.eventBus().consumer(barrierAddress(node), this::awaited);
        }
    }

    /** Where a node says when it has applied the control log up to an index. */
    private static String barrierAddress(String node) {
        return "control-applied@" + node;
    }

    /**
     * Completes when these nodes have applied what is applied here now, those that do not say so within a second excepted: a client that connects to another node
     * straight after a change finds it.
     */
    Future<Void> spread(List<String> nodes) {
        ReplicatedLog target = log;
        if (target == null || nodes.isEmpty()) {
            return Future.succeededFuture();
        }
        Long index = target.status().appliedIndex();
        DeliveryOptions brief = new DeliveryOptions().setSendTimeout(SPREAD_MS);
        List<Future<Message<Object>>> asked = nodes.stream()
                .map(each -> reach(each)
                        .compose(reached -> vertx.eventBus().<Object>request(barrierAddress(each), index, brief)))
                .toList();
        return Future.join(asked).<Void>mapEmpty().otherwiseEmpty();
    }

    private void awaited(Message<Long> message) {
        awaited(message, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SPREAD_MS));
    }

    private void awaited(Message<Long> message, long deadlineNs) {
        ReplicatedLog target = log;
        if (target != null && target.status().appliedIndex() >= message.body()) {
            message.reply(null);
        } else if (System.nanoTime() - deadlineNs < 0) {
            vertx.setTimer(SPREAD_POLL_MS, any -> awaited(message, deadlineNs));
        }
    }

    private static String address(String node) {
        return "control@" + node;
    }

    /**
     * Completes when the entry is applied on the leader. Fails with {@link NotLeaderException} when it was certainly not logged, with
     * {@link IllegalArgumentException} when it is too large, else with {@link LogUnavailableException}.
     */
    Future<Void> propose(ByteBuffer entry) {
        return propose(entry, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETRY_FOR_MS));
    }

    private Future<Void> propose(ByteBuffer entry, long deadlineNs) {
        ReplicatedLog target = log;
        if (target == null) {
            return Future.failedFuture(new LogUnavailableException("the control log is not open yet"));
        }
        String leader = target.leader();
        boolean elsewhere = !node.isEmpty() && !leader.isEmpty() && !leader.equals(node);
        Future<Void> attempt = elsewhere ? send(leader, entry) : append(target, entry.duplicate());
        return attempt.recover(failure -> {
            boolean again =
                    failure instanceof NotLeaderException && !node.isEmpty() && System.nanoTime() - deadlineNs < 0;
            return again
                    ? vertx.timer(RETRY_PAUSE_MS, TimeUnit.MILLISECONDS).compose(any -> propose(entry, deadlineNs))
                    : Future.failedFuture(failure);
        });
    }

    private static Future<Void> append(ReplicatedLog target, ByteBuffer entry) {
        try {
            return Future.fromCompletionStage(target.append(entry)).mapEmpty();
        } catch (IllegalArgumentException tooLarge) {
            return Future.failedFuture(tooLarge);
        }
    }

    private Future<Void> send(String leader, ByteBuffer entry) {
        byte[] bytes = new byte[entry.remaining()];
        entry.duplicate().get(bytes);
        return reach(leader)
                .compose(reached -> vertx.eventBus().<Buffer>request(address(leader), Buffer.buffer(bytes), options))
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(translated(leader, failure)));
    }

    /** A request to a node that is gone would wait for its answer in vain; a message tells at once that nobody took it, and nothing was logged. */
    private Future<Void> reach(String other) {
        return vertx.eventBus()
                .<Buffer>sender(address(other))
                .write(NOTHING)
                .recover(unreachable -> Future.failedFuture(new NotLeaderException("")));
    }

    private static Throwable translated(String leader, Throwable failure) {
        if (failure instanceof NotLeaderException) {
            return failure;
        }
        if (!(failure instanceof ReplyException reply)) {
            return new LogUnavailableException("node " + leader + ": " + failure.getMessage());
        }
        if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
            return new NotLeaderException("");
        }
        boolean answered = reply.failureType() == ReplyFailure.RECIPIENT_FAILURE;
        String message = String.valueOf(reply.getMessage());
        if (answered && reply.failureCode() == NOT_LEADER) {
            return new NotLeaderException(message);
        }
        return answered && reply.failureCode() == TOO_LARGE
                ? new IllegalArgumentException(message)
                : new LogUnavailableException("node " + leader + " did not say whether it was logged: " + message);
    }

    private void received(Message<Buffer> message) {
        if (message.body().length() == 0) {
            return;
        }
        ReplicatedLog target = log;
        if (target == null || !target.isLeader()) {
            message.fail(NOT_LEADER, target == null ? "" : target.leader());
            return;
        }
        append(target, ByteBuffer.wrap(message.body().getBytes())).onComplete(done -> answer(message, done));
    }

    private static void answer(Message<Buffer> message, io.vertx.core.AsyncResult<Void> done) {
        Throwable failure = done.cause();
        if (failure == null) {
            message.reply(Buffer.buffer());
        } else if (failure instanceof NotLeaderException notLeader) {
            message.fail(NOT_LEADER, notLeader.leader());
        } else if (failure instanceof IllegalArgumentException) {
            message.fail(TOO_LARGE, failure.getMessage());
        } else {
            message.fail(UNKNOWN, failure.getMessage());
        }
    }

    @Override
    public void close() {
        MessageConsumer<Buffer> listening = consumer;
        if (listening != null) {
            listening.unregister();
        }
        MessageConsumer<Long> answering = barrier;
        if (answering != null) {
            answering.unregister();
        }
    }
}
