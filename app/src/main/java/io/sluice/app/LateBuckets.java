package io.sluice.app;

import com.hazelcast.core.HazelcastInstance;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.spi.ClusterBuckets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The buckets of a grid that may not be joined yet: until then every call fails, and this node stands alone. Safe for any thread. */
final class LateBuckets implements ClusterBuckets {
    private final NodeCount nodes;
    private volatile @Nullable ClusterBuckets joined;

    LateBuckets(NodeCount nodes) {
        this.nodes = nodes;
    }

    void joined(HazelcastInstance grid) {
        joined = new GridBuckets(grid, nodes);
    }

    @Override
    public ClusterBucket open(String key, Limits.Rate rate) {
        ClusterBuckets grid = joined;
        return grid == null ? new Late(key, rate) : grid.open(key, rate);
    }

    @Override
    public int gridNodes() {
        ClusterBuckets grid = joined;
        return grid == null ? 0 : grid.gridNodes();
    }

    @Override
    public int liveNodes() {
        ClusterBuckets grid = joined;
        return grid == null ? Math.max(1, nodes.heard()) : grid.liveNodes();
    }

    @Override
    public int allNodes() {
        return Math.max(1, nodes.all());
    }

    @Override
    public void answers(boolean whether) {
        nodes.tell(whether);
    }

    private final class Late implements ClusterBucket {
        private final String key;
        private volatile Limits.Rate rate;
        private volatile @Nullable ClusterBucket bucket;

        Late(String key, Limits.Rate rate) {
            this.key = key;
            this.rate = rate;
        }

        private <T> CompletionStage<T> with(Function<ClusterBucket, CompletionStage<T>> call) {
            ClusterBuckets grid = joined;
            if (grid == null) {
                return CompletableFuture.failedFuture(new IllegalStateException("the grid is not joined yet"));
            }
            ClusterBucket opened = bucket;
            if (opened == null) {
                opened = grid.open(key, rate);
                bucket = opened;
            }
            return call.apply(opened);
        }

        @Override
        public CompletionStage<Balance> settle(long debt, long ahead) {
            return with(opened -> opened.settle(debt, ahead));
        }

        @Override
        public CompletionStage<Void> giveBack(long tokens) {
            return with(opened -> opened.giveBack(tokens));
        }

        @Override
        public CompletionStage<Void> configure(Limits.Rate changed) {
            rate = changed;
            return with(opened -> opened.configure(changed));
        }
    }
}
