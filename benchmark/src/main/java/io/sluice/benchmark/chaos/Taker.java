package io.sluice.benchmark.chaos;

import io.sluice.benchmark.chaos.Journal.Event;
import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.SluiceClient;
import io.vertx.core.Vertx;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that mostly acks, sometimes gives back, discards or takes its time, and dies now and then to come back elsewhere.
 *
 * <p><em>Confined to:</em> one thread at a time for its life and death; its handler runs on the client's thread.
 */
final class Taker {
    private static final int PREFETCH = 100;
    private static final int MAX_HOLD_MS = 2_000;

    private final Stage stage;
    private final String tenant;
    private final String key;
    private final String queue;
    private final Judge.Seat seat;
    private final SplittableRandom random;
    private final ScheduledExecutorService later;
    private @Nullable Life life;

    /** One connection's worth of a consumer; when it is over, what still comes is seen by nobody. */
    private final class Life {
        private final Vertx vertx = Stage.vertx();
        private final SluiceClient client;
        private final Consumer consumer;
        private volatile boolean over;

        Life(int node) {
            try {
                client = stage.connect(vertx, tenant, key, node);
                consumer = client.consumer(queue, ConsumerOptions.DEFAULT.withPrefetch(PREFETCH, 0), this::take);
            } catch (RuntimeException e) {
                vertx.close();
                throw e;
            }
        }

        private void take(Delivery delivery) {
            if (over) {
                return;
            }
            stage.judge().delivered(seat, delivery.bodyView(), delivery.key(), delivery.deliveryCount());
            int choice = random.nextInt(1_000);
            if (choice < 955) {
                settle(delivery, Event.ACKED, delivery::ack);
            } else if (choice < 975) {
                settle(delivery, Event.NACKED, () -> delivery.nack(true, 0));
            } else if (choice < 985) {
                settle(delivery, Event.NACKED, () -> delivery.nack(true, 200));
            } else if (choice < 990) {
                settle(delivery, Event.DISCARDED, () -> delivery.nack(false, 0));
            } else {
                Runnable ack = () -> settle(delivery, Event.ACKED, delivery::ack);
                var unused = later.schedule(ack, random.nextInt(MAX_HOLD_MS), TimeUnit.MILLISECONDS);
            }
        }

        private void settle(Delivery delivery, Event event, Runnable how) {
            if (!over) {
                stage.judge().settled(seat, delivery.bodyView(), event);
                how.run();
            }
        }

        /** As a process that is killed: no word to the server. */
        void kill() {
            over = true;
            vertx.close();
        }

        void end() {
            client.close();
            over = true;
            vertx.close();
        }
    }

    Taker(Stage stage, Feeder.Where where, int number, ScheduledExecutorService later, long seed) {
        this.stage = stage;
        this.tenant = where.tenant();
        this.key = where.key();
        this.queue = where.queue();
        this.later = later;
        this.random = new SplittableRandom(seed);
        this.seat = stage.judge().seat("consumer " + number + " of " + tenant + " " + queue, tenant, queue);
    }

    /** Connects to this node, or another if it does not answer. */
    void begin(int node) {
        life = new Life(node);
    }

    boolean isAlive() {
        return life != null && !life.consumer.ended().isDone();
    }

    void die(boolean inOrder) {
        Life last = life;
        life = null;
        if (last != null && inOrder) {
            last.end();
        } else if (last != null) {
            last.kill();
        }
    }
}
