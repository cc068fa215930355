package io.sluice.queuegroups.shard;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.TenantLookup;
import io.sluice.queuegroups.bus.BusCodecs;
import io.sluice.queuegroups.bus.CommandBatch;
import io.sluice.queuegroups.bus.EventBatch;
import io.sluice.queuegroups.bus.LoopReport;
import io.sluice.queuegroups.machine.CommandReader;
import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.machine.MachineLimits;
import io.sluice.queuegroups.machine.ShardMachine;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A shard's leader with the real machine behind a log in memory; effects and failures are gathered, no group verticles. */
final class LeaderHarness implements AutoCloseable {
    static final long TENANT = 11;
    static final long GROUP = 21;
    static final long QUEUE = 31;
    static final Origin ORIGIN = new Origin(1, 3, 0);

    final MemoryLog log;
    final BlockingQueue<Effect> effects = new LinkedBlockingQueue<>();
    final BlockingQueue<ShardEvent> failures = new LinkedBlockingQueue<>();
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    /** The clock by which gateways are silent. */
    final AtomicLong steadyMs = new AtomicLong(1_000_000);

    final BlockingQueue<EventBatch> batches = new LinkedBlockingQueue<>();
    private final ShardLeader leader;

    LeaderHarness(Intake.Bounds bounds) throws Exception {
        BusCodecs.register(vertx.eventBus());
        ShardStateMachine machine = new ShardStateMachine(MachineLimits.DEFAULT, new Gatherer(), new Nobody());
        log = new MemoryLog(machine);
        vertx.eventBus().<EventBatch>consumer(ORIGIN.address(), m -> {
            batches.add(m.body());
            failures.addAll(m.body().events());
        });
        NodeFigures figures = new NodeFigures(new RecordingMeters(), new Names());
        FairQueue queue = new FairQueue(16 << 10, tenant -> 1);
        ShardLeader.Parts parts = new ShardLeader.Parts(
                queue,
                new Intake(queue, bounds, figures),
                new EventOutbox(vertx.eventBus(), 0, () -> 1),
                new ShardMeters(new RecordingMeters(), 0),
                new Proposer.Limits(256 << 10, 2),
                new Recovery.Patience(10_000, 5_000),
                steadyMs::get);
        leader = new ShardLeader(context, log, machine, new NodeIdentity("n1", 1, 3), parts, System::currentTimeMillis);
        log.lead();
        run(() -> {});
    }

    /** Defines group and queue and opens producer 1; answers its epoch. */
    int prepare() throws Exception {
        send(
                Commands.defineGroup(TENANT, GROUP, 1, GroupForm.WORK, "t", "g"),
                Commands.defineQueue(TENANT, GROUP, 2, QUEUE, "q", QueueOptions.DEFAULT, 0));
        send(Commands.openProducer(TENANT, GROUP, ORIGIN.pack(), 1, "p"));
        return next(Effect.ProducerOpened.class).epoch();
    }

    /** One batch of the gateway loop; returns when the leader has taken it. */
    void send(ShardCommand... commands) throws Exception {
        sendFrom(ORIGIN, commands);
    }

    void sendFrom(Origin origin, ShardCommand... commands) throws Exception {
        run(() -> leader.accept(new CommandBatch(origin.pack(), List.of(commands))));
    }

    /** A keep-alive of the gateway loop, with questions. */
    void report(ConsumerAsk... asks) throws Exception {
        run(() -> leader.accept(new LoopReport(ORIGIN.pack(), List.of(asks))));
    }

    /** Lets time pass as gateways' silence is counted. */
    void pass(long ms) throws Exception {
        for (long left = ms; left > 0; left -= 500) {
            steadyMs.addAndGet(500);
            run(leader::lookAfterGateways);
            run(() -> {});
        }
    }

    /** Returns when the leader knows that all it appended was applied. */
    void awaitIdle() throws Exception {
        AtomicBoolean idle = new AtomicBoolean();
        while (!idle.get()) {
            run(() -> idle.set(leader.isIdle()));
        }
    }

    void leadAgain() throws Exception {
        run(leader::leading);
    }

    ShardEvent event() throws InterruptedException {
        return failures.poll(10, TimeUnit.SECONDS);
    }

    void freeDisk(long bytes) throws Exception {
        freeDisk(bytes, false);
    }

    void freeDisk(long bytes, boolean tooFewHaveRoom) throws Exception {
        run(() -> leader.lookAround(bytes, tooFewHaveRoom));
    }

    ShardCommand publish(int epoch, long sequence, int bodyBytes) {
        ByteBuffer message = ByteBuffer.allocate(9 + bodyBytes);
        message.putInt(5 + bodyBytes).put((byte) 0).putInt(0).position(0);
        return Commands.publish(
                TENANT,
                GROUP,
                ORIGIN.pack(),
                1,
                epoch,
                sequence,
                false,
                List.of(new Commands.Section(QUEUE, 1, 9 + bodyBytes, 0)),
                message);
    }

    <T extends Effect> T next(Class<T> kind) throws InterruptedException {
        Effect effect = effects.poll(10, TimeUnit.SECONDS);
        if (!kind.isInstance(effect)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", got " + effect);
        }
        return kind.cast(effect);
    }

    ShardEvent.@Nullable Failed failure() throws InterruptedException {
        return (ShardEvent.Failed) failures.poll(10, TimeUnit.SECONDS);
    }

    /** Types of the commands in each entry. */
    List<List<String>> logged() {
        List<List<String>> entries = new ArrayList<>();
        for (ByteBuffer entry : log.entries()) {
            List<String> types = new ArrayList<>();
            CommandReader reader = new CommandReader(entry.duplicate());
            while (reader.next()) {
                types.add(reader.type().name());
            }
            entries.add(types);
        }
        return entries;
    }

    private void run(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            task.run();
            done.complete(null);
        });
        done.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        log.release();
        log.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private final class Gatherer implements ShardStateMachine.EffectSink {
        @Override
        public void emit(long groupId, long origin, Effect effect) {
            if (origin == ORIGIN.pack()) {
                effects.add(effect);
            }
        }

        @Override
        public void flush() {}
    }

    private static final class Nobody implements ShardStateMachine.Leadership {
        @Override
        public void leading(ShardMachine machine) {}

        @Override
        public void following() {}
    }

    private static final class Names implements TenantLookup {
        @Override
        public int weight(long tenantId) {
            return 1;
        }

        @Override
        public String name(long tenantId) {
            return "t" + tenantId;
        }
    }
}
