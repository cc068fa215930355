package io.sluice.benchmark.chaos;

import io.sluice.benchmark.chaos.Violation.Kind;
import io.sluice.client.PublishRejectedException;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import io.sluice.protocol.ErrorCode;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** A producer that publishes at a steady rate for the whole run, on a thread of its own. When its publisher was ended it goes on with another. */
final class Feeder implements Runnable {
    private static final int TURN_MS = 20;
    private static final int BODY_BYTES = 200;
    private static final int OUTCOME_WAIT_MS = 90_000;

    private final Stage stage;
    private final Vertx vertx;
    private final Where where;
    private final double perTurn;
    private volatile boolean stopping;
    private volatile boolean refusedForGood;
    private volatile boolean goingHome;

    /**
     * What a producer publishes to, and through which node.
     *
     * @param number of the producer, among all
     */
    record Where(int number, String tenant, String key, String group, int node) {
        String queue() {
            return group + "/" + Admin.QUEUE;
        }

        boolean byKey() {
            return group.equals(Admin.KEYED);
        }
    }

    Feeder(Stage stage, Vertx vertx, Where where, double perSecond) {
        this.stage = stage;
        this.vertx = vertx;
        this.where = where;
        this.perTurn = perSecond * TURN_MS / 1_000;
    }

    /** No more messages; those under way get their outcomes. */
    void stop() {
        stopping = true;
    }

    /** Goes on with a new connection, by choice to its own node: those that moved to others would never come back. */
    void goHome() {
        goingHome = true;
    }

    @Override
    public void run() {
        for (int publisher = 0; !stopping; publisher++) {
            Lane lane = stage.judge().lane(where.tenant(), where.queue(), where.byKey());
            PublisherOptions options = PublisherOptions.DEFAULT
                    .withProducerName("chaos-" + where.number() + "-" + publisher)
                    .withWindow(4_096, 4 << 20)
                    .withRetryThrottled(false);
            try (SluiceClient client = stage.connect(vertx, where.tenant(), where.key(), where.node());
                    Publisher open = client.publisher(where.group(), options)) {
                refusedForGood = false;
                goingHome = false;
                feed(open, lane);
            } catch (SluiceException e) {
                pause(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void feed(Publisher publisher, Lane lane) throws InterruptedException {
        double due = 0;
        while (!stopping && !refusedForGood && !goingHome) {
            for (due += perTurn; due >= 1 && !refusedForGood; due--) {
                publish(publisher, lane);
            }
            Thread.sleep(TURN_MS);
        }
        if ((stopping || goingHome) && !publisher.awaitOutcomes(OUTCOME_WAIT_MS)) {
            stage.judge()
                    .violation(
                            Kind.STUCK,
                            "producer " + where + " (" + lane + ") had no outcome for all its messages "
                                    + OUTCOME_WAIT_MS / 1_000 + " s after a fault");
        }
    }

    private void publish(Publisher publisher, Lane lane) {
        int number = stage.judge().published(lane);
        publisher.publish(
                Admin.QUEUE,
                Body.message(lane.id(), number, BODY_BYTES),
                (sequence, rejection) -> outcome(lane, number, sequence, rejection));
    }

    private void outcome(Lane lane, int number, long sequence, @Nullable PublishRejectedException rejection) {
        if (rejection == null) {
            stage.judge().confirmed(lane, number);
            stage.availability().confirmed(where.number());
        } else if (sequence > 0 && rejection.code() == ErrorCode.UNAVAILABLE) {
            stage.judge().unknown(lane, number);
        } else {
            stage.judge().refused(lane, number, rejection.code().wire());
            refusedForGood |= sequence == 0;
        }
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
