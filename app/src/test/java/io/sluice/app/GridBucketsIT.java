package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.sluice.config.ConfigLoader;
import io.sluice.metrics.MicrometerMeters;
import io.sluice.tenantmanager.api.Limits.Rate;
import io.sluice.tenantmanager.api.TenantManager;
import io.sluice.tenantmanager.spi.ClusterBuckets.Balance;
import io.sluice.tenantmanager.spi.ClusterBuckets.ClusterBucket;
import io.sluice.tenantmanager.spi.TokenSource;
import io.sluice.tenantmanager.spi.TokenSource.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Buckets in three real members on loopback. */
class GridBucketsIT {
    private static final long HOUR_TOKENS = 3_600_000;

    private final List<HazelcastInstance> members = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        for (int node = 0; node < 3; node++) {
            members.add(Hazelcast.newHazelcastInstance(member()));
        }
        assertThat(members.get(0).getCluster().getMembers()).hasSize(3);
    }

    /** As a node configures it, but for free ports. */
    private Config member() throws Exception {
        Config config = Grid.hazelcast(new ConfigLoader()
                .load(null, Map.of(), List.of("--grid-port", "0"), 512L << 20)
                .config()
                .cluster());
        config.setClusterName("limits-" + ProcessHandle.current().pid());
        config.getNetworkConfig().getJoin().getTcpIpConfig().getMembers().clear();
        members.forEach(
                m -> config.getNetworkConfig().getJoin().getTcpIpConfig().addMember(address(m)));
        return config;
    }

    private static String address(HazelcastInstance member) {
        return "127.0.0.1:" + member.getCluster().getLocalMember().getAddress().getPort();
    }

    @AfterEach
    void stop() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    private ClusterBucket bucket(int node, Rate rate) {
        return new GridBuckets(members.get(node), () -> 3).open("acme/publish", rate);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void allNodesTakeFromOneBucket() throws Exception {
        // A token an hour or so: nothing is refilled while the test runs.
        Rate rate = new Rate(1, HOUR_TOKENS);
        assertThat(await(bucket(0, rate).settle(HOUR_TOKENS - 100, 0)).left()).isBetween(100L, 130L);
        Balance second = await(bucket(1, rate).settle(0, HOUR_TOKENS));
        assertThat(second.granted()).isBetween(100L, 130L);
        Balance third = await(bucket(2, rate).settle(1_000, 50));
        assertThat(third.granted()).isZero();
        assertThat(third.left()).isBetween(-1_000L, -960L);
        await(bucket(0, rate).giveBack(5_000));
        assertThat(await(bucket(1, rate).settle(0, 0)).left()).isBetween(4_000L, 4_100L);
    }

    @Test
    void aChangedRateKeepsWhatIsLeftUpToTheNewBurst() throws Exception {
        ClusterBucket bucket = bucket(0, new Rate(1, 10_000));
        await(bucket.settle(1, 0));
        await(bucket.configure(new Rate(1, 500)));
        assertThat(await(bucket(1, new Rate(1, 500)).settle(0, 1_000)).granted())
                .isBetween(499L, 500L);
    }

    @Test
    void aBucketSurvivesItsMember() throws Exception {
        Rate rate = new Rate(1, HOUR_TOKENS);
        await(bucket(0, rate).settle(HOUR_TOKENS - 100, 0));
        members.remove(0).getLifecycleService().terminate();
        assertThat(await(bucket(0, rate).settle(0, 0)).left()).isBetween(100L, 130L);
        GridBuckets left = new GridBuckets(members.get(0), () -> 3);
        // The others notice in their own time.
        for (int i = 0; i < 300 && left.liveNodes() > 2; i++) {
            Thread.sleep(100);
        }
        assertThat(left.liveNodes()).isEqualTo(2);
    }

    @Test
    void nodesLetThroughOneRateTogether() throws Exception {
        List<TokenSource> sources = new ArrayList<>();
        List<TokenBucket> buckets = new ArrayList<>();
        Rate rate = new Rate(5_000, 500);
        try (MicrometerMeters meters = new MicrometerMeters(10)) {
            for (HazelcastInstance member : members) {
                TokenSource source = TenantManager.leasedTokens(new GridBuckets(member, () -> 3), meters);
                sources.add(source);
                buckets.add(source.open(1, "publish.messagesPerSecond", rate));
            }
            long startNs = System.nanoTime();
            long[] pausedUntilNs = new long[3];
            long let = 0;
            while (let < 10_000) {
                for (int node = 0; node < 3; node++) {
                    if (System.nanoTime() >= pausedUntilNs[node]) {
                        pausedUntilNs[node] =
                                System.nanoTime() + buckets.get(node).take(20);
                        let += 20;
                    }
                }
                LockSupport.parkNanos(200_000);
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            // Never more than burst and rate allow, whatever the machine did; some publishes are under way.
            assertThat(let).isLessThan((long) ((500 + 5_000 * seconds) * 1.05) + 300);
        } finally {
            sources.forEach(TokenSource::close);
        }
    }
}
