package io.sluice.systemtests;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageFormat;
import io.sluice.protocol.MessageReader;
import io.sluice.protocol.MessageWriter;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardRouter.ShardPort;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A producer and a consumer of {@link ShardsNode}'s queue that speak to its shard as a gateway loop would, through one life of the node.
 *
 * <p>The producer goes on under its name where the last life stopped, and sends again what has no outcome; each message's content follows from its number.
 * <em>Confined to:</em> its context, but for {@link #drain}.
 */
final class ShardClient {
    private static final int KEYS = 16;
    private static final int WINDOW_MESSAGES = 1_000;
    private static final int BATCH_MESSAGES = 20;
    private static final int BACKLOG_MESSAGES = 5_000;

    private final History history;
    private final Progress progress;
    private final ShardPort port;
    private long producer;
    private long consumer;
    private int epoch;
    private long nextSequence;
    private boolean opened;
    private int consumerEpoch;
    private long settleSequence;
    private boolean draining;

    /** Of the producer, over all lives: its name, the number of its first message, the last sequence with an outcome. */
    static final class Progress {
        private String name = "p";
        private int firstNumber;
        private long resolved;
        private int forgotten;

        private int number(long sequence) {
            return firstNumber + (int) sequence - 1;
        }

        /** The shard forgot what it had confirmed: what is missing stays missing, and publishing goes on under another name. */
        private void startAnew(History history) {
            name = name + "p";
            firstNumber = history.publishedCount();
            forgotten = backlog(history);
            resolved = 0;
        }
    }

    private ShardClient(ShardsNode node, History history, Progress progress) {
        this.history = history;
        this.progress = progress;
        this.port = node.groups().router().open(0, events -> events.forEach(this::received));
        subscribe();
        openProducer();
    }

    static ShardClient open(ShardsNode node, History history, Progress progress) {
        Context context = node.vertx.getOrCreateContext();
        CompletableFuture<ShardClient> client = new CompletableFuture<>();
        context.runOnContext(now -> client.complete(new ShardClient(node, history, progress)));
        return client.join();
    }

    /** Publishes no more; what has no outcome still gets one. */
    void drain(ShardsNode node) {
        node.vertx.getOrCreateContext().runOnContext(now -> draining = true);
    }

    private void subscribe() {
        consumer++;
        settleSequence = 0;
        port.send(
                0,
                Commands.subscribe(
                        ShardsNode.TENANT,
                        ShardsNode.GROUP,
                        port.origin().pack(),
                        consumer,
                        ShardsNode.QUEUE,
                        200,
                        1 << 20));
    }

    private void openProducer() {
        producer++;
        port.send(
                0,
                Commands.openProducer(
                        ShardsNode.TENANT, ShardsNode.GROUP, port.origin().pack(), producer, progress.name));
    }

    private void received(ShardEvent event) {
        if (event instanceof ShardEvent.ProducerOpened e) {
            opened(e);
        } else if (event instanceof ShardEvent.Confirmed e) {
            resolve(e.lastSequence());
            publish();
        } else if (event instanceof ShardEvent.Subscribed e) {
            consumerEpoch = e.epoch();
        } else if (event instanceof ShardEvent.Delivered e) {
            delivered(e);
        } else if (event instanceof ShardEvent.ConsumerClosed e) {
            if (e.sender() == consumer) {
                subscribe();
            }
        } else if (!(event instanceof ShardEvent.Settled || isHarmless(event))) {
            throw new IllegalStateException("unexpected: " + event);
        }
    }

    /** What comes when the power has failed, or crosses with the end of a consumer; the next life, or consumer, goes on. */
    private static boolean isHarmless(ShardEvent event) {
        return event instanceof ShardEvent.Failed failed
                && (failed.code() == ErrorCode.UNAVAILABLE || failed.type() == CommandType.SETTLE);
    }

    private void opened(ShardEvent.ProducerOpened event) {
        if (event.lastSequence() < progress.resolved) {
            progress.startAnew(history);
            openProducer();
            return;
        }
        epoch = event.epoch();
        resolve(event.lastSequence());
        nextSequence = event.lastSequence() + 1;
        opened = true;
        publish();
    }

    private void resolve(long lastSequence) {
        for (; progress.resolved < lastSequence; progress.resolved++) {
            history.confirmed(progress.number(progress.resolved + 1));
        }
    }

    private void publish() {
        while (opened && nextSequence <= progress.resolved + WINDOW_MESSAGES) {
            int count = 0;
            ByteBuffer messages = ByteBuffer.allocate(BATCH_MESSAGES * 2_048);
            while (count < BATCH_MESSAGES && (mayPublish() || isPublished(nextSequence + count))) {
                messages.put(message(numberOf(nextSequence + count)));
                count++;
            }
            if (count == 0) {
                return;
            }
            send(count, messages.flip());
        }
    }

    private static int backlog(History history) {
        return history.publishedCount() - history.deliveredCount();
    }

    private boolean mayPublish() {
        return !draining && backlog(history) < progress.forgotten + BACKLOG_MESSAGES;
    }

    private boolean isPublished(long sequence) {
        return progress.number(sequence) < history.publishedCount();
    }

    private int numberOf(long sequence) {
        return isPublished(sequence) ? progress.number(sequence) : history.publish();
    }

    private void send(int count, ByteBuffer messages) {
        port.send(
                0,
                Commands.publish(
                        ShardsNode.TENANT,
                        ShardsNode.GROUP,
                        port.origin().pack(),
                        producer,
                        epoch,
                        nextSequence,
                        false,
                        List.of(new Commands.Section(
                                ShardsNode.QUEUE, count, messages.remaining(), MessageFormat.HAS_KEY)),
                        messages));
        nextSequence += count;
    }

    private static ByteBuffer message(int number) {
        byte[] body = new byte[4 + Math.floorMod(number * 0x9E3779B9, 1_500)];
        ByteBuffer.wrap(body).putInt(number);
        return MessageWriter.toBuffer(Message.of(body).withKey("k" + number % KEYS));
    }

    private void delivered(ShardEvent.Delivered event) {
        if (event.sender() != consumer) {
            return;
        }
        ByteBuffer messages = event.messages();
        for (int position = messages.position(); position < messages.limit(); ) {
            int number = ByteBuffer.wrap(MessageReader.body(messages, position)).getInt();
            history.delivered(number, MessageFormat.key(messages, position), event.deliveryCount());
            history.acked(number);
            position += MessageFormat.sizeBytes(messages, position);
        }
        long lastTag = event.firstTag() + event.count() - 1;
        port.send(
                0,
                Commands.settle(
                        ShardsNode.TENANT,
                        ShardsNode.GROUP,
                        port.origin().pack(),
                        consumer,
                        consumerEpoch,
                        ++settleSequence,
                        List.of(new Commands.Settlement(Commands.Outcome.ACK, 0, event.firstTag(), lastTag))));
        publish();
    }
}
