package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.LogReader;
import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.bus.BusCodecs;
import io.sluice.queuegroups.bus.EventBatch;
import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.machine.ShardEntry;
import io.sluice.queuegroups.machine.ShardEntryWriter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueGroupVerticleTest {
    private static final Origin ORIGIN = new Origin(1, 1, 0);

    private final Vertx vertx = Vertx.vertx();
    private final BodyReaders readers = new BodyReaders(1);
    private final Disk disk = new Disk();
    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    private final List<ShardCommand> proposed = new CopyOnWriteArrayList<>();
    private final BlockingQueue<ShardEvent> events = new LinkedBlockingQueue<>();
    private QueueGroupVerticle group = verticle();

    private QueueGroupVerticle verticle() {
        BodyFailures failures = new BodyFailures("shard-0", (log, cause) -> fatal.add(cause), proposed::add);
        Lanes lanes = new Lanes(
                () -> new DispatchLane(
                        new EventOutbox(vertx.eventBus(), 0, () -> 1), new Bodies(disk, readers, 1 << 20)),
                failures);
        TenantFigures figures = TenantFigures.of(new RecordingMeters(), "t");
        return new QueueGroupVerticle(21, 11, lanes, new GroupFigures(figures, System::currentTimeMillis));
    }

    @BeforeEach
    void deploy() {
        BusCodecs.register(vertx.eventBus());
        vertx.eventBus()
                .<EventBatch>consumer(
                        ORIGIN.address(), m -> events.addAll(m.body().events()));
        vertx.deployVerticle(group).toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void close() {
        disk.permits.release(1000);
        readers.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void bodiesFromMemoryWaitForOlderOnesFromDisk() throws Exception {
        disk.cold(1, 2, 3);
        post(deliver(5, 1, 1), deliver(5, 2, 2), deliver(5, 3, 3), deliver(5, 9, 4));
        disk.permits.release(3);

        assertThat(tags(4)).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void otherSendersDoNotWaitForThatDisk() throws Exception {
        disk.cold(1);
        post(deliver(5, 1, 1), deliver(6, 9, 7), new Effect.Confirmed(1, 1, 1));

        assertThat(tags(1)).containsExactly(7L);
        assertThat(next()).isEqualTo(new ShardEvent.Confirmed(1, 1, 1));
        disk.permits.release(1);
        assertThat(tags(1)).containsExactly(1L);
    }

    @Test
    void consecutiveRunsOfAnEntryReadItOnce() throws Exception {
        disk.cold(1);
        disk.permits.release(10);
        List<Effect> runs = new ArrayList<>();
        for (int tag = 1; tag <= 10; tag++) {
            runs.add(new Effect.Deliver(5, 1, tag - 1, tag, 1, 1, 31, 0, 1, tag - 1, 10));
        }
        post(runs.toArray(Effect[]::new));

        assertThat(tags(10)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(disk.permits.availablePermits()).isEqualTo(9);
    }

    @Test
    void damageIsNeverServedButClosesTheConsumerAndEndsTheNode() throws Exception {
        disk.damaged = true;
        disk.cold(1);
        disk.permits.release(1);
        post(deliver(5, 1, 1), deliver(5, 9, 2));

        ShardEvent.ConsumerClosed closed = (ShardEvent.ConsumerClosed) next();
        assertThat(closed.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(fatal).singleElement().isInstanceOf(DamagedLogException.class);
        assertThat(proposed).extracting(ShardCommand::type).containsExactly(CommandType.UNSUBSCRIBE);
        assertThat(events).isEmpty();
    }

    @Test
    void aConsumerThatIsClosedGetsNothingMore() throws Exception {
        disk.cold(1);
        post(deliver(5, 1, 1), new Effect.ConsumerClosed(5, 1, ErrorCode.NOT_FOUND, "gone"), deliver(6, 1, 3));
        assertThat(next()).isInstanceOf(ShardEvent.ConsumerClosed.class);
        disk.permits.release(1);

        assertThat(tags(1)).containsExactly(3L);
        assertThat(events).isEmpty();
    }

    @Test
    void confirmsThatFollowOnEachOtherBecomeOneRange() throws Exception {
        post(new Effect.Confirmed(1, 1, 5), new Effect.Confirmed(1, 6, 9), new Effect.Confirmed(2, 10, 11));

        assertThat(next()).isEqualTo(new ShardEvent.Confirmed(1, 1, 9));
        assertThat(next()).isEqualTo(new ShardEvent.Confirmed(2, 10, 11));
    }

    /** Posts them so that one turn performs them all. */
    private void post(Effect... effects) {
        for (Effect effect : effects) {
            group.post(new Letter(ORIGIN.pack(), effect));
        }
        group.signal();
    }

    private static Effect.Deliver deliver(long sender, long index, long tag) {
        return new Effect.Deliver(sender, 1, tag - 1, tag, 10, 1, 31, 0, index, 0, 100);
    }

    private List<Long> tags(int count) throws InterruptedException {
        List<Long> tags = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tags.add(((ShardEvent.Delivered) next()).firstTag());
        }
        return tags;
    }

    private ShardEvent next() throws InterruptedException {
        ShardEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
    }

    /** Ten messages in each entry; cold entries are read with a permit each. */
    private static final class Disk implements LogReader {
        final Semaphore permits = new Semaphore(0);
        final Map<Long, Boolean> cold = new ConcurrentHashMap<>();
        volatile boolean damaged;

        void cold(long... indexes) {
            for (long index : indexes) {
                cold.put(index, true);
            }
        }

        @Override
        public @Nullable ByteBuffer cached(long index) {
            return cold.containsKey(index) ? null : entry();
        }

        @Override
        public ByteBuffer read(long index) throws IOException {
            permits.acquireUninterruptibly();
            if (damaged) {
                throw new DamagedLogException("segment-1", 77, "checksum");
            }
            return entry();
        }

        private static ByteBuffer entry() {
            ByteBuffer messages = ByteBuffer.allocate(10 * 13);
            for (int i = 0; i < 10; i++) {
                messages.putInt(9).put((byte) 0).putInt(0).putInt(i);
            }
            ShardCommand publish = Commands.publish(
                    11, 21, 0, 1, 1, 1, false, List.of(new Commands.Section(31, 10, 130, 0)), messages.flip());
            ShardEntryWriter writer =
                    new ShardEntryWriter(ByteBuffer.allocate(ShardEntry.HEADER_BYTES + publish.sizeBytes()));
            writer.tryAdd(publish);
            return writer.finish(1);
        }
    }
}
