package io.sluice.app;

import com.hazelcast.core.HazelcastInstance;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.grid.hazelcast.Bucket4jHazelcast;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.spi.ClusterBuckets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The cluster's token buckets, by Bucket4j in a map of Hazelcast: each call is an entry processor that runs where the bucket is.
 *
 * <p>A bucket that nobody touched until it was full again, and a minute longer, is dropped; a new one is full too. Safe for any thread.
 */
final class GridBuckets implements ClusterBuckets {
    /** The map that {@link Grid} configures. */
    static final String MAP = "sluice.limits";

    private static final long CENSUS_NS = 100_000_000;

    private static final Duration KEPT_WHEN_FULL = Duration.ofMinutes(1);

    private final HazelcastInstance grid;
    private final NodeCount nodes;
    private final AsyncProxyManager<String> proxies;
    private volatile Census census;

    GridBuckets(HazelcastInstance grid, NodeCount nodes) {
        this.grid = grid;
        this.nodes = nodes;
        this.proxies = Bucket4jHazelcast.entryProcessorBasedBuilder(grid.<String, byte[]>getMap(MAP))
                .clientClock(new GridClock(() -> grid.getCluster().getClusterTime()))
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_WHEN_FULL))
                .build()
                .asAsync();
        this.census = count();
    }

    @Override
    public ClusterBucket open(String key, Limits.Rate rate) {
        return new Proxied(key, rate);
    }

    /** How many nodes there were a moment ago: asked for too often to count them each time. */
    private record Census(int grid, int live, int all, long atNs) {}

    @Override
    public int gridNodes() {
        return census().grid();
    }

    @Override
    public void answers(boolean whether) {
        nodes.tell(whether);
    }

    @Override
    public int liveNodes() {
        return census().live();
    }

    @Override
    public int allNodes() {
        return census().all();
    }

    private Census census() {
        Census last = census;
        if (System.nanoTime() - last.atNs() > CENSUS_NS) {
            last = count();
            census = last;
        }
        return last;
    }

    private Census count() {
        boolean running = grid.getLifecycleService().isRunning();
        int members = running ? grid.getCluster().getMembers().size() : 0;
        int live = Math.max(1, Math.max(members, nodes.heard()));
        return new Census(members - nodes.unanswered(), live, Math.max(1, nodes.all()), System.nanoTime());
    }

    private static BucketConfiguration configuration(Limits.Rate rate) {
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(rate.burst())
                .refillGreedy(rate.perSecond(), Duration.ofSeconds(1))
                .id("rate")
                .build();
        return BucketConfiguration.builder().addLimit(bandwidth).build();
    }

    private final class Proxied implements ClusterBucket {
        private final AsyncBucketProxy bucket;
        private volatile BucketConfiguration configuration;

        Proxied(String key, Limits.Rate rate) {
            this.configuration = configuration(rate);
            this.bucket = proxies.getProxy(key, () -> CompletableFuture.completedFuture(configuration));
        }

        @Override
        public CompletionStage<Balance> settle(long debt, long ahead) {
            if (debt == 0) {
                return lease(ahead);
            }
            return bucket.asVerbose().consumeIgnoringRateLimits(debt).thenCompose(paid -> {
                long left = left(paid);
                return left > 0 && ahead > 0 ? lease(ahead) : CompletableFuture.completedFuture(new Balance(0, left));
            });
        }

        private CompletableFuture<Balance> lease(long tokens) {
            return tokens == 0
                    ? bucket.asVerbose().getAvailableTokens().thenApply(all -> new Balance(0, left(all)))
                    : bucket.asVerbose()
                            .tryConsumeAsMuchAsPossible(tokens)
                            .thenApply(some -> new Balance(some.getValue(), left(some)));
        }

        private static long left(VerboseResult<Long> result) {
            return result.getState().getAvailableTokens();
        }

        @Override
        public CompletionStage<Void> giveBack(long tokens) {
            return bucket.addTokens(tokens);
        }

        @Override
        public CompletionStage<Void> configure(Limits.Rate rate) {
            BucketConfiguration changed = configuration(rate);
            configuration = changed;
            return bucket.replaceConfiguration(changed, TokensInheritanceStrategy.AS_IS);
        }
    }
}
