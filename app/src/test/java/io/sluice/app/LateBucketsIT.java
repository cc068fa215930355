package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.sluice.config.ConfigLoader;
import io.sluice.tenantmanager.api.Limits.Rate;
import io.sluice.tenantmanager.spi.ClusterBuckets.ClusterBucket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LateBucketsIT {
    @Test
    void fewerThanHalfOfTheNodesAreThereUntilTheGridIsJoined() {
        LateBuckets buckets = new LateBuckets(() -> 3);
        assertThat(buckets.gridNodes()).isZero();
        assertThat(buckets.allNodes()).isEqualTo(3);
    }

    @Test
    void aBucketOpenedBeforeTheGridIsJoinedIsTheGridsAfterwardsWithTheRateOfThen() throws Exception {
        LateBuckets buckets = new LateBuckets(() -> 1);
        ClusterBucket early = buckets.open("acme/publish", new Rate(1, 10));
        assertThatThrownBy(() -> early.settle(0, 1).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("not joined yet");
        assertThatThrownBy(() -> early.configure(new Rate(1, 7_000))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class);
        HazelcastInstance grid = Hazelcast.newHazelcastInstance(Grid.hazelcast(new ConfigLoader()
                .load(null, Map.of(), List.of("--grid-port", "0"), 512L << 20)
                .config()
                .cluster()));
        try {
            buckets.joined(grid);
            long granted = early.settle(0, 5_000)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .granted();
            assertThat(granted).isEqualTo(5_000);
            long later = buckets.open("acme/publish", new Rate(1, 7_000))
                    .settle(0, 9_000)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .granted();
            assertThat(later).isBetween(2_000L, 2_100L);
        } finally {
            grid.shutdown();
        }
    }
}
