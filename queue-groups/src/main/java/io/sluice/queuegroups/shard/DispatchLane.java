package io.sluice.queuegroups.shard;

import io.vertx.core.Context;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the group verticles of one shard that live on one event loop: one task on the loop serves all of them, a bounded amount of each in turn.
 *
 * <p>{@link #signal} is safe for any thread; everything else is <em>confined to</em> the loop.
 */
final class DispatchLane {
    /** Work of one turn before the loop's other tasks get theirs. */
    private static final int TURN_BUDGET = 1024;
    /** Work of one group before the next group gets its own. */
    private static final int GROUP_BUDGET = 64;

    private final ConcurrentLinkedQueue<QueueGroupVerticle> ready = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final EventOutbox outbox;
    private final Bodies bodies;

    DispatchLane(EventOutbox outbox, Bodies bodies) {
        this.outbox = outbox;
        this.bodies = bodies;
    }

    EventOutbox outbox() {
        return outbox;
    }

    Bodies bodies() {
        return bodies;
    }

    /** The verticle has mail and was not in the ring; {@code context} is its context, on this lane's loop. */
    void signal(QueueGroupVerticle verticle, Context context) {
        ready.add(verticle);
        schedule(context);
    }

    /** Sends what a verticle put out outside of a turn. */
    void flush() {
        outbox.flush();
    }

    private void schedule(Context context) {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            context.runOnContext(now -> turn(context));
        }
    }

    private void turn(Context context) {
        int budget = TURN_BUDGET;
        while (budget > 0) {
            QueueGroupVerticle verticle = ready.poll();
            if (verticle == null) {
                break;
            }
            budget -= 1 + verticle.perform(Math.min(budget, GROUP_BUDGET));
            if (verticle.staysReady()) {
                ready.add(verticle);
            }
        }
        outbox.flush();
        scheduled.set(false);
        if (!ready.isEmpty()) {
            schedule(context);
        }
    }
}
