package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.shard.Bodies.EntryContent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One virtual queue group where its shard leads: performs the group's effects, fetches the bodies of its deliveries, keeps its figures.
 *
 * <p><em>Invariants:</em> what one sender (producer or consumer) is told keeps the machine's order, also when some bodies come from disk and later ones
 * from memory; other senders do not wait for those bodies. Queued effects are bounded by what the group's consumers may have checked out.
 *
 * <p>{@link #post} and {@link #onContext} are safe for any thread; everything else is <em>confined to</em> its context.
 */
final class QueueGroupVerticle extends VerticleBase {
    private final long groupId;
    private final long tenantId;
    private final Lanes lanes;
    private final GroupFigures figures;
    private final ConcurrentLinkedQueue<Letter> mail = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ready = new AtomicBoolean();
    private volatile @Nullable Place place;
    private @Nullable BlockedDeliveries blocked;

    /** Where the verticle runs, once it does. */
    private record Place(DispatchLane lane, Context context) {}

    QueueGroupVerticle(long groupId, long tenantId, Lanes lanes, GroupFigures figures) {
        this.groupId = groupId;
        this.tenantId = tenantId;
        this.lanes = lanes;
        this.figures = figures;
    }

    long groupId() {
        return groupId;
    }

    GroupFigures figures() {
        return figures;
    }

    long tenantId() {
        return tenantId;
    }

    @Override
    public Future<?> start() {
        DispatchLane lane = lanes.ofCurrentThread();
        blocked = new BlockedDeliveries(this, lane.bodies());
        place = new Place(lane, context);
        signal();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        mail.clear();
        blocked().clear();
        return Future.succeededFuture();
    }

    /** Hands an effect over; it is performed once {@link #signal} was called after it. Before the verticle runs, effects wait. */
    void post(Letter letter) {
        mail.add(letter);
    }

    /** Gets the verticle a turn if it has mail. */
    void signal() {
        Place here = place;
        if (here != null && !mail.isEmpty() && ready.compareAndSet(false, true)) {
            here.lane().signal(this, here.context());
        }
    }

    /** Runs something on the verticle's context and sends what came of it. */
    void onContext(Runnable task) {
        Place here = place;
        if (here != null) {
            here.context().runOnContext(now -> {
                task.run();
                here.lane().flush();
            });
        }
    }

    /** Performs at most {@code budget} effects; answers how many. */
    int perform(int budget) {
        int performed = 0;
        while (performed < budget) {
            Letter letter = mail.poll();
            if (letter == null) {
                break;
            }
            perform(letter);
            performed++;
        }
        return performed;
    }

    /** Whether it wants another turn; if not, the next {@link #signal} gets it one. */
    boolean staysReady() {
        if (!mail.isEmpty()) {
            return true;
        }
        ready.set(false);
        return !mail.isEmpty() && ready.compareAndSet(false, true);
    }

    /** An entry that was asked for is here, or could not be read. */
    void entryArrived(long index, @Nullable EntryContent content, @Nullable Exception failure) {
        blocked().entryArrived(index, content, failure);
    }

    /** Tells a consumer its messages. */
    void deliver(long origin, Effect.Deliver deliver, EntryContent content) {
        figures.delivered(deliver);
        tell(origin, EventMaker.delivered(deliver, content.slice(deliver.firstOrdinal(), deliver.count())));
    }

    /** Bodies cannot be had: the consumer is closed here and in the log. */
    void giveUp(long origin, Effect.Deliver deliver, Exception failure) {
        tell(origin, lanes.failures().bodiesLost(this, origin, deliver, failure));
    }

    private void perform(Letter letter) {
        Effect effect = letter.effect();
        if (effect instanceof Effect.Deliver deliver) {
            perform(letter, deliver);
            return;
        }
        if (effect instanceof Effect.ConsumerClosed) {
            blocked().forget(letter.origin(), effect.sender());
        }
        figures.performed(effect);
        tell(letter.origin(), EventMaker.of(effect));
    }

    private void perform(Letter letter, Effect.Deliver deliver) {
        BlockedDeliveries waiting = blocked();
        if (!waiting.holds(letter.origin(), deliver.sender())) {
            EntryContent content = lane().bodies().inMemory(deliver.index());
            if (content != null) {
                deliver(letter.origin(), deliver, content);
                return;
            }
        }
        waiting.add(letter.origin(), deliver);
    }

    private void tell(long origin, ShardEvent event) {
        lane().outbox().add(origin, event);
    }

    private DispatchLane lane() {
        Place here = place;
        if (here == null) {
            throw new IllegalStateException("group " + groupId + " is not running");
        }
        return here.lane();
    }

    private BlockedDeliveries blocked() {
        BlockedDeliveries here = blocked;
        if (here == null) {
            throw new IllegalStateException("group " + groupId + " is not running");
        }
        return here;
    }
}
