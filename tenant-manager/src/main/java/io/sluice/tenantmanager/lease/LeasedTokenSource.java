package io.sluice.tenantmanager.lease;

import io.sluice.metrics.Meters;
import io.sluice.metrics.Meters.Counter;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.spi.ClusterBuckets;
import io.sluice.tenantmanager.spi.TokenSource;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buckets of the whole cluster, each with a block of tokens leased to this node, which it spends without asking anybody.
 *
 * <p>Safe for any thread.
 */
public final class LeasedTokenSource implements TokenSource {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedTokenSource.class);

    private final ClusterBuckets grid;
    private final Background background;
    private final LongSupplier clockNs;
    private final AtomicInteger cutOff = new AtomicInteger();
    /** Guarded by this object. */
    private int unanswered;

    private final Counter settled;
    private final Counter failed;

    /** Runs what must not hold up who asks for tokens, one after the other. */
    interface Background {
        void run(Runnable task, long delayNs);

        void close();
    }

    LeasedTokenSource(ClusterBuckets grid, Background background, LongSupplier clockNs, Meters meters) {
        this.grid = grid;
        this.background = background;
        this.clockNs = clockNs;
        this.settled = meters.counter("sluice_limits_settled_total", "Settlements of leased tokens with the grid");
        this.failed = meters.counter("sluice_limits_grid_failures_total", "Settlements that failed or came too late");
        meters.gauge(
                "sluice_limits_grid_available",
                "1 while rate limits hold over the cluster; 0 while this node grants its share alone",
                () -> isGridAvailable() ? 1 : 0);
    }

    /** With one thread of its own; {@link #close} ends it. */
    public static LeasedTokenSource start(ClusterBuckets grid, Meters meters) {
        return new LeasedTokenSource(grid, new OneThread(), System::nanoTime, meters);
    }

    @Override
    public TokenBucket open(long tenantId, String limit, Limits.Rate rate) {
        return new LeasedBucket(this, grid.open(tenantId + "/" + limit, rate), rate);
    }

    @Override
    public long nowNs() {
        return clockNs.getAsLong();
    }

    @Override
    public void close() {
        background.close();
    }

    boolean isGridAvailable() {
        return cutOff.get() == 0 && inMajority();
    }

    /**
     * Both sides of a split have a grid; only one of them can have more than half of the nodes. Until the grid notices a split, who happens to hold a bucket still gets
     * answers: those who get none count as gone.
     */
    boolean inMajority() {
        return 2 * grid.gridNodes() > grid.allNodes();
    }

    /** Among how many nodes a limit is shared out. */
    int sharers() {
        int live = grid.liveNodes();
        return Math.max(1, 2 * live > grid.allNodes() ? live : grid.allNodes());
    }

    /** The grid does not answer one bucket more. Counted and told as one, or the others might be told last what was so first. */
    synchronized void unanswered() {
        if (unanswered++ == 0) {
            grid.answers(false);
        }
    }

    /** It does again. */
    synchronized void answeredAgain() {
        if (--unanswered == 0) {
            grid.answers(true);
        }
    }

    void settled() {
        settled.add(1);
    }

    void cutOff() {
        failed.add(1);
        if (cutOff.getAndIncrement() == 0) {
            LOG.warn("the grid does not answer: this node grants its share of the rate limits alone");
        }
    }

    void reconnected() {
        if (cutOff.decrementAndGet() == 0) {
            LOG.info("the grid answers again: rate limits hold over the whole cluster");
        }
    }

    void giveBack(ClusterBuckets.ClusterBucket bucket, long tokens) {
        background.run(
                () -> {
                    var unused = bucket.giveBack(tokens).whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.debug("{} leased tokens could not be given back", tokens, failure);
                        }
                    });
                },
                0);
    }

    void run(Runnable task, long delayNs) {
        background.run(task, delayNs);
    }

    private static final class OneThread implements Background {
        private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "limits");
            thread.setDaemon(true);
            return thread;
        });

        @Override
        public void run(Runnable task, long delayNs) {
            try {
                var unused = executor.schedule(() -> guarded(task), delayNs, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("not settled any more: the node stops");
            }
        }

        private static void guarded(Runnable task) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("settling leased tokens failed", e);
            }
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}
