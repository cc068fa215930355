package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Proposes a TICK when the machine says that something is due, and no sooner than a few ms after the one before.
 *
 * <p><em>Invariants:</em> at most one tick waits or is in flight, and at most one timer is armed. <em>Confined to:</em> the shard's context.
 */
final class Ticker {
    /** The machine's due time may be early: without a pause ticks would chase each other. */
    private static final long MIN_PAUSE_MS = 5;
    /** Longest timer: later than this is looked at again then. */
    private static final long MAX_TIMER_MS = 60_000;

    private static final ShardCommand TICK = new ShardCommand(
            CommandType.TICK,
            0,
            0,
            0,
            Origin.INTERNAL.pack(),
            0,
            ByteBuffer.allocate(0).asReadOnlyBuffer(),
            ByteBuffer.allocate(0).asReadOnlyBuffer());

    private final Vertx vertx;
    private final LongSupplier clockMs;
    private final Consumer<Pending> propose;
    private boolean ticking;
    private long timerId = -1;
    private long timerDueMs;

    /** @param propose takes the tick on its way into the log */
    Ticker(Vertx vertx, LongSupplier clockMs, Consumer<Pending> propose) {
        this.vertx = vertx;
        this.clockMs = clockMs;
        this.propose = propose;
    }

    /** Arms the timer for what the machine has due at {@code dueMs}. */
    void due(long dueMs) {
        if (ticking || dueMs == Long.MAX_VALUE) {
            return;
        }
        long nowMs = clockMs.getAsLong();
        long atMs = Math.min(Math.max(dueMs, nowMs + MIN_PAUSE_MS), nowMs + MAX_TIMER_MS);
        if (timerId >= 0) {
            if (timerDueMs <= atMs) {
                return;
            }
            vertx.cancelTimer(timerId);
        }
        timerDueMs = atMs;
        timerId = vertx.setTimer(atMs - nowMs, fired -> {
            timerId = -1;
            tick();
        });
    }

    /** Proposes a tick now, if none is on its way: also gets an idle shard to apply an entry. */
    void tick() {
        if (!ticking) {
            ticking = true;
            propose.accept(new Pending(TICK, failure -> ticking = false));
        }
    }

    void stop() {
        if (timerId >= 0) {
            vertx.cancelTimer(timerId);
            timerId = -1;
        }
    }
}
