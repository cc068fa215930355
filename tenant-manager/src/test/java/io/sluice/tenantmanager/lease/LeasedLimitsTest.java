package io.sluice.tenantmanager.lease;

import static io.sluice.tenantmanager.lease.SimulatedGrid.NS_PER_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.api.Limits.Rate;
import io.sluice.tenantmanager.fakes.CountingMeters;
import io.sluice.tenantmanager.spi.TokenSource.TokenBucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several nodes, one simulated grid, time driven by hand in steps of 1 ms: what all of them let through together. */
class LeasedLimitsTest {
    private static final long NS_PER_S = 1_000 * NS_PER_MS;

    private final SimulatedGrid grid = new SimulatedGrid();
    private final List<CountingMeters> meters = new ArrayList<>();
    private final List<TokenBucket> nodes = new ArrayList<>();
    private final List<SimulatedGrid.Side> sides = new ArrayList<>();
    private final long[] pausedUntilNs = new long[3];
    private long let;

    private void open(Rate rate) {
        grid.forget();
        nodes.clear();
        sides.clear();
        meters.clear();
        Arrays.fill(pausedUntilNs, 0);
        for (int node = 0; node < 3; node++) {
            CountingMeters own = new CountingMeters();
            meters.add(own);
            SimulatedGrid.Side side = grid.new Side();
            sides.add(side);
            LeasedTokenSource source = new LeasedTokenSource(side, new ByHand(), grid::currentTimeNanos, own);
            nodes.add(source.open(1, "publish.messagesPerSecond", rate));
        }
    }

    private final class ByHand implements LeasedTokenSource.Background {
        @Override
        public void run(Runnable task, long delayNs) {
            grid.plan(task, delayNs);
        }

        @Override
        public void close() {}
    }

    /** A client that publishes as fast as its node's pace allows, so many messages at once. */
    private void pacedClient(int node, int batch) {
        for (int turn = 0; turn < 1_000 && grid.currentTimeNanos() >= pausedUntilNs[node]; turn++) {
            long waitNs = nodes.get(node).take(batch);
            let += batch;
            pausedUntilNs[node] = grid.currentTimeNanos() + waitNs;
        }
    }

    /** A client that has what is over the rate rejected, and tries every ms. */
    private void rejectedClient(int node, int batch, int tries) {
        for (int i = 0; i < tries && nodes.get(node).waitNs(batch) <= 0; i++) {
            nodes.get(node).take(batch);
            let += batch;
        }
    }

    private interface Client {
        void step(int node);
    }

    private void run(long forNs, Client client, IntUnaryOperator nodesAtMs) {
        long startNs = grid.currentTimeNanos();
        for (int ms = 0; ms < forNs / NS_PER_MS; ms++) {
            grid.advanceTo(startNs + ms * NS_PER_MS);
            int mask = nodesAtMs.applyAsInt(ms);
            for (int node = 0; node < 3; node++) {
                if ((mask & 1 << node) != 0) {
                    client.step(node);
                }
            }
        }
        grid.advanceTo(startNs + forNs);
    }

    private long letIn(long forNs, Client client, IntUnaryOperator nodesAtMs) {
        long before = let;
        run(forNs, client, nodesAtMs);
        return let - before;
    }

    private static final IntUnaryOperator ALL = ms -> 7;
    private static final IntUnaryOperator FIRST = ms -> 1;

    private static IntUnaryOperator rotating(int everyMs) {
        return ms -> 1 << ms / everyMs % 3;
    }

    private static double deviation(long passed, Rate rate, int seconds) {
        double allowed = (double) rate.perSecond() * seconds;
        return 100 * (passed - rate.burst() - allowed) / allowed;
    }

    private static IntUnaryOperator split(String name) {
        return switch (name) {
            case "even" -> ALL;
            case "one-sided" -> FIRST;
            default -> rotating(Integer.parseInt(name.substring("rotating ".length())));
        };
    }

    @ParameterizedTest
    @CsvSource({"20, 20", "300, 300", "1000, 2000", "1000, 100", "50000, 50000"})
    void thirtySecondsDeviateByLessThanFivePercent(long perSecond, long burst) {
        Rate rate = new Rate(perSecond, burst);
        int batch = (int) Math.max(1, perSecond / 200);
        for (String split :
                List.of("even", "one-sided", "rotating 1", "rotating 50", "rotating 700", "rotating 5000")) {
            open(rate);
            long paced = letIn(30 * NS_PER_S, node -> pacedClient(node, batch), split(split));
            assertThat(deviation(paced, rate, 30)).as("%s, paced", split).isBetween(-5.0, 5.0);
            open(rate);
            long rejected = letIn(30 * NS_PER_S, node -> rejectedClient(node, batch, 50), split(split));
            assertThat(deviation(rejected, rate, 30)).as("%s, rejected", split).isBetween(-5.0, 5.0);
        }
    }

    @Test
    void theBurstIsTheClustersAndNotEachNodes() {
        open(new Rate(1_000, 2_000));
        grid.advance(3 * NS_PER_S);
        for (int ms = 1; ms <= 300; ms++) {
            letIn(NS_PER_MS, node -> rejectedClient(node, 1, 10_000), ALL);
            assertThat(let).isLessThan(2_200L + ms);
        }
        assertThat(let).isGreaterThan(2_200L);
    }

    @Test
    void oneNodeAloneHasTheWholeBurst() {
        open(new Rate(1_000, 2_000));
        grid.advance(3 * NS_PER_S);
        assertThat(letIn(300 * NS_PER_MS, node -> rejectedClient(node, 1, 10_000), FIRST))
                .isBetween(2_200L, 2_340L);
    }

    @Test
    void withoutTheGridEachNodeGrantsItsShare() {
        Rate rate = new Rate(1_000, 100);
        open(rate);
        letIn(5 * NS_PER_S, node -> pacedClient(node, 5), ALL);
        grid.gone = true;
        letIn(NS_PER_S, node -> pacedClient(node, 5), ALL);
        assertThat(meters.get(0).gauge("sluice_limits_grid_available")).isZero();
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 5), ALL)).isBetween(28_500L, 31_500L);
        assertThat(letIn(30 * NS_PER_S, node -> rejectedClient(node, 5, 50), FIRST))
                .isBetween(9_500L, 10_500L);
    }

    @Test
    void aGridThatAnswersTooLateIsAsGoodAsGone() {
        open(new Rate(1_000, 100));
        letIn(5 * NS_PER_S, node -> pacedClient(node, 5), ALL);
        grid.latencyNs = 3 * NS_PER_S;
        letIn(NS_PER_S, node -> pacedClient(node, 5), ALL);
        assertThat(meters.get(0).gauge("sluice_limits_grid_available")).isZero();
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 5), ALL)).isLessThan(31_500L);
    }

    @Test
    void recoversByItselfWithoutABurstBeyondOneBucket() {
        open(new Rate(1_000, 500));
        letIn(5 * NS_PER_S, node -> pacedClient(node, 5), ALL);
        grid.gone = true;
        letIn(20 * NS_PER_S, node -> pacedClient(node, 5), ALL);
        grid.gone = false;
        // The buckets were in the part of the grid that is lost: they are made anew.
        grid.buckets.clear();
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 5), ALL)).isBetween(28_500L, 32_000L);
        assertThat(meters.get(0).gauge("sluice_limits_grid_available")).isOne();
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 5), FIRST)).isBetween(28_500L, 31_500L);
    }

    @Test
    void theSmallerSideOfASplitTrustsNoGridOfItsOwn() {
        open(new Rate(900, 90));
        letIn(5 * NS_PER_S, node -> pacedClient(node, 3), ALL);
        grid.live = 1;
        letIn(NS_PER_S, node -> pacedClient(node, 3), FIRST);
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 3), FIRST)).isBetween(8_550L, 9_450L);
        assertThat(meters.get(0).gauge("sluice_limits_grid_available")).isZero();
        grid.live = 3;
        letIn(10 * NS_PER_S, node -> pacedClient(node, 3), FIRST);
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 3), FIRST)).isBetween(25_650L, 28_350L);
    }

    /** So it is in a split, until the grid notices it: who holds the bucket still gets answers. */
    @Test
    void theOnlyNodeThatTheGridAnswersGrantsItsShareToo() {
        open(new Rate(900, 90));
        letIn(5 * NS_PER_S, node -> pacedClient(node, 3), ALL);
        sides.get(1).deaf = true;
        sides.get(2).deaf = true;
        letIn(4 * NS_PER_S, node -> pacedClient(node, 3), ALL);
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 3), ALL)).isBetween(25_650L, 28_350L);
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 3), FIRST)).isBetween(8_550L, 9_450L);
        assertThat(meters.get(0).gauge("sluice_limits_grid_available")).isZero();

        sides.forEach(side -> side.deaf = false);
        letIn(12 * NS_PER_S, node -> pacedClient(node, 3), ALL);
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 3), FIRST)).isBetween(25_650L, 28_350L);
        assertThat(meters.get(0).gauge("sluice_limits_grid_available")).isOne();
    }

    @Test
    void aSingleNodeWithoutAnswersLeavesTheOthersTheirGrid() {
        open(new Rate(900, 90));
        letIn(5 * NS_PER_S, node -> pacedClient(node, 3), ALL);
        sides.get(2).deaf = true;
        letIn(4 * NS_PER_S, node -> pacedClient(node, 3), ALL);
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 3), FIRST)).isBetween(25_650L, 28_350L);
        assertThat(meters.get(0).gauge("sluice_limits_grid_available")).isOne();
        assertThat(meters.get(2).gauge("sluice_limits_grid_available")).isZero();
    }

    @Test
    void aShareFollowsTheMembersThatAreLeftAtOnce() {
        open(new Rate(900, 90));
        letIn(5 * NS_PER_S, node -> pacedClient(node, 3), ALL);
        grid.gone = true;
        grid.live = 2;
        // So long that the next try to settle is seconds away.
        letIn(20 * NS_PER_S, node -> pacedClient(node, 3), FIRST);
        assertThat(letIn(NS_PER_S, node -> pacedClient(node, 3), FIRST)).isBetween(440L, 460L);
        grid.live = 1;
        assertThat(letIn(NS_PER_S, node -> pacedClient(node, 3), FIRST)).isLessThan(310L);
    }

    @Test
    void aChangedRateHoldsOnAllNodesAtOnce() {
        open(new Rate(10_000, 1_000));
        letIn(5 * NS_PER_S, node -> pacedClient(node, 20), ALL);
        nodes.forEach(node -> node.configure(new Rate(100, 10)));
        // What was taken before is owed still, but no more than some ms of the old rate.
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 1), ALL)).isBetween(2_000L, 3_150L);
        nodes.forEach(node -> node.configure(new Rate(20_000, 1_000)));
        Arrays.fill(pausedUntilNs, 0);
        assertThat(letIn(30 * NS_PER_S, node -> pacedClient(node, 20), ALL)).isBetween(570_000L, 631_000L);
    }

    @Test
    void whatNobodyUsesGoesBack() {
        open(new Rate(1_000, 1_000));
        nodes.forEach(node -> node.take(10));
        grid.advance(100 * NS_PER_MS);
        assertThat(grid.buckets.values().iterator().next().getAvailableTokens()).isLessThan(1_000);
        grid.advance(3 * NS_PER_S);
        assertThat(grid.buckets.values().iterator().next().getAvailableTokens()).isEqualTo(1_000);
        int calls = grid.calls;
        grid.advance(60 * NS_PER_S);
        assertThat(grid.calls).isEqualTo(calls);
    }

    @Test
    void aBusyTenantAsksTheGridOncePerLeaseAndNotOncePerMessage() {
        open(new Rate(100_000, 100_000));
        letIn(
                10 * NS_PER_S,
                node -> {
                    for (int i = 0; i < 10; i++) {
                        nodes.get(node).take(1);
                        let++;
                    }
                },
                ALL);
        assertThat(let).isEqualTo(300_000);
        assertThat(grid.calls).isLessThan(700);
    }

    @Test
    void aClosedBucketGivesBackWhatItHolds() {
        open(new Rate(1_000, 1_000));
        nodes.forEach(node -> node.take(1));
        grid.advance(50 * NS_PER_MS);
        nodes.forEach(TokenBucket::close);
        grid.advance(10 * NS_PER_MS);
        assertThat(grid.buckets.values().iterator().next().getAvailableTokens()).isEqualTo(1_000);
    }
}
