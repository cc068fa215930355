package io.sluice.tenantmanager.lease;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.spi.ClusterBuckets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A clock driven by hand, what is planned on it, and a grid whose answers take as long as told. */
final class SimulatedGrid implements TimeMeter {
    static final long NS_PER_MS = 1_000_000;
    static final long NS_PER_S = 1_000 * NS_PER_MS;

    final Map<String, Bucket> buckets = new HashMap<>();
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNs).thenComparingLong(Task::id));
    int nodes = 3;
    int live = 3;
    long latencyNs = NS_PER_MS / 2;
    boolean gone;
    private final List<Side> sides = new ArrayList<>();
    int calls;
    private long nowNs = 1;
    private long taskId;

    private record Task(long atNs, long id, Runnable run) {}

    @Override
    public long currentTimeNanos() {
        return nowNs;
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }

    /** For the next nodes. */
    void forget() {
        buckets.clear();
        sides.clear();
    }

    void plan(Runnable run, long delayNs) {
        tasks.add(new Task(nowNs + delayNs, taskId++, run));
    }

    void advanceTo(long untilNs) {
        for (Task next = tasks.peek(); next != null && next.atNs() <= untilNs; next = tasks.peek()) {
            tasks.remove();
            nowNs = Math.max(nowNs, next.atNs());
            next.run().run();
        }
        nowNs = untilNs;
    }

    void advance(long ns) {
        advanceTo(nowNs + ns);
    }

    private static BucketConfiguration configuration(Limits.Rate rate) {
        return BucketConfiguration.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(rate.burst())
                        .refillGreedy(rate.perSecond(), Duration.ofSeconds(1))
                        .id("rate")
                        .build())
                .build();
    }

    /** The grid as one node sees it. */
    final class Side implements ClusterBuckets {
        /** Whether this node alone gets no answers. */
        boolean deaf;

        private boolean answered = true;

        Side() {
            sides.add(this);
        }

        @Override
        public ClusterBucket open(String key, Limits.Rate rate) {
            return new Remote(this, key, rate);
        }

        @Override
        public int gridNodes() {
            return live
                    - (int) sides.stream()
                            .filter(side -> side != this && !side.answered)
                            .count();
        }

        @Override
        public void answers(boolean whether) {
            plan(() -> answered = whether, NS_PER_S);
        }

        @Override
        public int liveNodes() {
            return live;
        }

        @Override
        public int allNodes() {
            return nodes;
        }
    }

    private final class Remote implements ClusterBuckets.ClusterBucket {
        private final Side side;
        private final String key;
        private Limits.Rate rate;

        Remote(Side side, String key, Limits.Rate rate) {
            this.side = side;
            this.key = key;
            this.rate = rate;
        }

        private Bucket bucket() {
            return buckets.computeIfAbsent(
                    key,
                    any -> Bucket.builder()
                            .addLimit(configuration(rate).getBandwidths()[0])
                            .withCustomTimePrecision(SimulatedGrid.this)
                            .build());
        }

        /** There and back again. */
        private <T> CompletionStage<T> call(Supplier<T> work) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            calls++;
            if (gone || side.deaf) {
                return answer;
            }
            plan(
                    () -> {
                        T result = work.get();
                        plan(() -> answer.complete(result), latencyNs / 2);
                    },
                    latencyNs / 2);
            return answer;
        }

        @Override
        public CompletionStage<ClusterBuckets.Balance> settle(long debt, long ahead) {
            return call(() -> {
                if (debt > 0) {
                    bucket().consumeIgnoringRateLimits(debt);
                }
                long granted = ahead > 0 ? bucket().tryConsumeAsMuchAsPossible(ahead) : 0;
                return new ClusterBuckets.Balance(granted, bucket().getAvailableTokens());
            });
        }

        @Override
        public CompletionStage<Void> giveBack(long tokens) {
            return call(() -> {
                bucket().addTokens(tokens);
                return null;
            });
        }

        @Override
        public CompletionStage<Void> configure(Limits.Rate changed) {
            rate = changed;
            return call(() -> {
                bucket().replaceConfiguration(configuration(changed), TokensInheritanceStrategy.AS_IS);
                return null;
            });
        }
    }
}
