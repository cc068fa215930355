package io.sluice.queuegroups.node;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardRouter.ShardPort;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** Stands for one gateway loop; commands are sent on its context, events wait in a queue. */
final class TestClient {
    final ShardPort port;
    private final Context context;
    private final BlockingQueue<ShardEvent> events;

    private TestClient(Context context, ShardPort port, BlockingQueue<ShardEvent> events) {
        this.context = context;
        this.port = port;
        this.events = events;
    }

    static TestClient open(TestNode node, int loop) throws Exception {
        Context context = node.vertx.getOrCreateContext();
        BlockingQueue<ShardEvent> events = new LinkedBlockingQueue<>();
        CompletableFuture<ShardPort> port = new CompletableFuture<>();
        context.runOnContext(now -> port.complete(node.groups.router().open(loop, events::addAll)));
        return new TestClient(context, port.get(10, TimeUnit.SECONDS), events);
    }

    void send(ShardCommand... commands) {
        context.runOnContext(now -> {
            for (ShardCommand command : commands) {
                port.send(0, command);
            }
        });
    }

    long origin() {
        return port.origin().pack();
    }

    void openProducer(long offset, long sender, String name) {
        send(Commands.openProducer(TestNode.TENANT + offset, TestNode.GROUP + offset, origin(), sender, name));
    }

    void subscribe(long offset, long sender, int prefetch) {
        send(Commands.subscribe(
                TestNode.TENANT + offset,
                TestNode.GROUP + offset,
                origin(),
                sender,
                TestNode.QUEUE + offset,
                prefetch,
                64L << 20));
    }

    ShardCommand publish(long offset, long sender, int epoch, long firstSequence, int count, int bodyBytes) {
        ByteBuffer messages = messages(firstSequence, count, bodyBytes);
        return Commands.publish(
                TestNode.TENANT + offset,
                TestNode.GROUP + offset,
                origin(),
                sender,
                epoch,
                firstSequence,
                false,
                List.of(new Commands.Section(TestNode.QUEUE + offset, count, messages.remaining(), 0)),
                messages);
    }

    ShardCommand ack(long offset, long sender, int epoch, long settleSequence, long first, long last) {
        return Commands.settle(
                TestNode.TENANT + offset,
                TestNode.GROUP + offset,
                origin(),
                sender,
                epoch,
                settleSequence,
                List.of(new Commands.Settlement(Commands.Outcome.ACK, 0, first, last)));
    }

    /** The next event, which must be of this kind; others that come before fail the test, but for a leader that is heard first. */
    <T extends ShardEvent> T next(Class<T> kind) throws InterruptedException {
        ShardEvent event = events.poll(20, TimeUnit.SECONDS);
        while (event instanceof ShardEvent.LeaderChanged) {
            event = events.poll(20, TimeUnit.SECONDS);
        }
        if (!kind.isInstance(event)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", got " + event);
        }
        return kind.cast(event);
    }

    /** The next event of this kind; others are passed over. */
    <T extends ShardEvent> T await(Class<T> kind) throws InterruptedException {
        while (true) {
            ShardEvent event = events.poll(20, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " came");
            }
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    /** Messages whose bodies start with their numbers, {@code first} and following. */
    static ByteBuffer messages(long first, int count, int bodyBytes) {
        ByteBuffer messages = ByteBuffer.allocate(count * (9 + bodyBytes));
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[bodyBytes];
            ByteBuffer.wrap(body).putLong(first + i);
            CRC32C crc = new CRC32C();
            crc.update(body);
            messages.putInt(5 + bodyBytes)
                    .put((byte) 0)
                    .putInt((int) crc.getValue())
                    .put(body);
        }
        return messages.flip();
    }

    /** The number in the body of the message at {@code position}. */
    static long number(ByteBuffer messages, int position) {
        return messages.getLong(position + 9);
    }
}
