package io.sluice.benchmark.chaos;

import io.sluice.benchmark.chaos.Violation.Kind;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Two tenants with a plain queue and one by key each; for every queue a producer through each node, and two consumers that come and go. */
final class Workload implements AutoCloseable {
    static final List<String> TENANTS = List.of("red", "blue");
    private static final int TAKERS_PER_QUEUE = 2;
    private static final long DRAIN_MS = 120_000;

    private final Stage stage;
    private final Admin admin;
    private final Vertx producing = Stage.vertx();
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(1);
    private final List<Feeder> feeders = new ArrayList<>();
    private final List<Thread> feeding = new ArrayList<>();
    private final List<Taker> takers = new ArrayList<>();
    private final Thread unrest = new Thread(this::unsettle, "chaos-unrest");
    private final SplittableRandom random;
    private volatile boolean calm;
    private volatile boolean closing;

    Workload(Stage stage, Admin admin, SplittableRandom random) {
        this.stage = stage;
        this.admin = admin;
        this.random = random;
    }

    /** Starts all clients. */
    void begin(int perSecond) throws IOException {
        int nodes = stage.cluster().size();
        double each = (double) perSecond / (TENANTS.size() * 2 * nodes);
        for (String tenant : TENANTS) {
            String key = admin.onboard(tenant);
            for (String group : List.of(Admin.PLAIN, Admin.KEYED)) {
                for (int node = 0; node < nodes; node++) {
                    feeders.add(new Feeder(
                            stage, producing, new Feeder.Where(feeders.size(), tenant, key, group, node), each));
                }
                for (int i = 0; i < TAKERS_PER_QUEUE; i++) {
                    takers.add(new Taker(
                            stage,
                            new Feeder.Where(0, tenant, key, group, 0),
                            takers.size(),
                            later,
                            random.nextLong()));
                }
            }
        }
        unrest.start();
        feeders.forEach(feeder -> feeding.add(new Thread(feeder, "chaos-producer")));
        feeding.forEach(Thread::start);
    }

    /** Some producers connect anew, each by choice to its own node. */
    void goHome(SplittableRandom chosen) {
        feeders.stream().filter(feeder -> chosen.nextInt(3) == 0).forEach(Feeder::goHome);
    }

    int producers() {
        return feeders.size();
    }

    /** Consumers die and are born, until it is calm; then all live. */
    private void unsettle() {
        while (!closing) {
            for (Taker taker : takers) {
                revive(taker);
            }
            try {
                Thread.sleep(500 + random.nextInt(3_000));
            } catch (InterruptedException e) {
                return;
            }
            if (!calm) {
                takers.get(random.nextInt(takers.size())).die(random.nextBoolean());
            }
        }
        takers.forEach(taker -> taker.die(false));
    }

    private void revive(Taker taker) {
        if (!taker.isAlive()) {
            try {
                taker.die(false);
                taker.begin(random.nextInt(stage.cluster().size()));
            } catch (RuntimeException notNow) {
                // Tried again in the next round; if it never comes back, the queue is not drained, and that is told.
                return;
            }
        }
    }

    /** Ends publishing and waits until every queue is empty; what does not come to that is a violation. */
    void drain() throws InterruptedException {
        feeders.forEach(Feeder::stop);
        for (Thread thread : feeding) {
            thread.join();
        }
        calm = true;
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MS);
        String left = left();
        while (!left.isEmpty() && System.nanoTime() < deadlineNs) {
            Thread.sleep(500);
            left = left();
        }
        if (!left.isEmpty()) {
            stage.judge().violation(Kind.STUCK, "not drained " + DRAIN_MS / 1_000 + " s after the last fault: " + left);
        }
        stage.judge().judgeEnd();
    }

    private String left() {
        StringBuilder left = new StringBuilder();
        try {
            for (String tenant : TENANTS) {
                long held = admin.held(tenant);
                if (held > 0) {
                    left.append(tenant).append(" holds ").append(held).append("; ");
                }
            }
        } catch (IOException e) {
            left.append(e.getMessage());
        }
        return left.toString();
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        feeders.forEach(Feeder::stop);
        feeding.forEach(Thread::interrupt);
        unrest.interrupt();
        unrest.join();
        for (Thread thread : feeding) {
            thread.join(5_000);
        }
        takers.forEach(taker -> taker.die(false));
        later.shutdownNow();
        producing.close();
    }
}
