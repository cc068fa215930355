package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testkit.ManualLoop;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.Commands.Settlement;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The small parts of flow by themselves. */
final class FlowUnitsTest {
    @Test
    void windowsNeverTakeMoreThanTheBudgetBeyondTheirFloor() {
        Budget budget = new Budget(100_000);
        PublishWindow first = new PublishWindow(List.of(budget), () -> 0, () -> false);
        PublishWindow second = new PublishWindow(List.of(budget), () -> 0, () -> false);
        PublishWindow third = new PublishWindow(List.of(budget), () -> 0, () -> false);
        assertThat(first.windowBytes()).isEqualTo(PublishWindow.START_BYTES);
        assertThat(third.windowBytes()).isEqualTo(PublishWindow.MIN_BYTES);
        assertThat(budget.usedBytes()).isLessThanOrEqualTo(100_000 + PublishWindow.MIN_BYTES);
        List.of(first, second, third).forEach(PublishWindow::close);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void largeWindowShrinksWhenAnotherWantsBytes() {
        Budget budget = new Budget(1 << 20);
        PublishWindow large = new PublishWindow(List.of(budget), () -> 0, () -> false);
        for (int i = 0; i < 10; i++) {
            exhaust(large);
        }
        long before = large.windowBytes();
        assertThat(before).isGreaterThan(800_000);
        exhaust(large);
        PublishWindow late = new PublishWindow(List.of(budget), () -> 0, () -> false);
        exhaust(late);
        exhaust(large);
        assertThat(large.windowBytes()).isLessThan(before);
    }

    /** Sends all that the credit allows and resolves it. */
    @Test
    void narrowsToWhatAPacedTenantSendsInAShortWait() {
        PublishWindow window = new PublishWindow(List.of(new Budget(1 << 20)), () -> 0, () -> false);
        long before = window.windowBytes();
        window.narrowFor(2 * PublishWindow.GOOD_WAIT_NS);
        assertThat(window.windowBytes()).isEqualTo(before / 2);
        window.narrowFor(PublishWindow.GOOD_WAIT_NS / 2);
        assertThat(window.windowBytes()).isEqualTo(before / 2);
        window.narrowFor(Long.MAX_VALUE);
        assertThat(window.windowBytes()).isEqualTo(PublishWindow.MIN_BYTES);
    }

    @Test
    void stopsGrowingWhenMoreCreditOnlyMakesOutcomesLate() {
        long[] nowNs = {0};
        boolean[] crowded = {false};
        PublishWindow window = new PublishWindow(List.of(new Budget(64 << 20)), () -> nowNs[0], () -> crowded[0]);
        for (int round = 0; round < 4; round++) {
            exhaustWithin(window, nowNs, 1_000_000);
        }
        long grown = window.windowBytes();
        assertThat(grown).isGreaterThan(PublishWindow.START_BYTES);
        exhaustWithin(window, nowNs, 40_000_000);
        assertThat(window.windowBytes()).isEqualTo(grown / 2);
        for (int round = 0; round < 40; round++) {
            exhaustWithin(window, nowNs, 40_000_000);
        }
        assertThat(window.windowBytes())
                .isBetween((long) PublishWindow.START_BYTES / 2, (long) PublishWindow.START_BYTES);
    }

    @Test
    void keepsLessInLineWhileOtherTenantsPublish() {
        long[] nowNs = {0};
        boolean[] crowded = {false};
        PublishWindow window = new PublishWindow(List.of(new Budget(64 << 20)), () -> nowNs[0], () -> crowded[0]);
        for (int round = 0; round < 4; round++) {
            exhaustWithin(window, nowNs, 1_000_000);
        }
        long grown = window.windowBytes();
        exhaustWithin(window, nowNs, 5_000_000);
        assertThat(window.windowBytes()).isGreaterThanOrEqualTo(grown);
        crowded[0] = true;
        for (int round = 0; round < 20; round++) {
            exhaustWithin(window, nowNs, 5_000_000);
        }
        assertThat(window.windowBytes()).isBetween(8_000L, 32_000L);
        crowded[0] = false;
        for (int round = 0; round < 20; round++) {
            exhaustWithin(window, nowNs, 5_000_000);
        }
        assertThat(window.windowBytes()).isGreaterThanOrEqualTo(grown);
    }

    @Test
    void whatIsUsualNowCountsAndNotTheBestEverSeen() {
        long[] nowNs = {0};
        OutcomeTime outcomes = new OutcomeTime(() -> nowNs[0]);
        sample(outcomes, nowNs, 1_000_000);
        sample(outcomes, nowNs, 8_000_000);
        assertThat(outcomes.slow(OutcomeTime.Patience.CROWDED)).isTrue();
        for (int i = 0; i < 2_000; i++) {
            sample(outcomes, nowNs, 8_000_000);
        }
        assertThat(outcomes.slow(OutcomeTime.Patience.CROWDED)).isFalse();
    }

    private static void sample(OutcomeTime outcomes, long[] nowNs, long tookNs) {
        outcomes.sent(1);
        nowNs[0] += tookNs;
        outcomes.resolved(1);
    }

    @Test
    void tenantIsInACrowdWhileAnotherOnePublishedWithinASecond() {
        long[] nowNs = {-5_000_000_000L};
        Crowd crowd = new Crowd(() -> nowNs[0]);
        crowd.published(1);
        assertThat(crowd.others(1)).isFalse();
        assertThat(crowd.others(2)).isTrue();
        crowd.published(2);
        assertThat(crowd.others(1)).isTrue();
        nowNs[0] += 1_500_000_000L;
        assertThat(crowd.others(1)).isFalse();
    }

    private static void exhaustWithin(PublishWindow window, long[] nowNs, long tookNs) {
        while (window.admits(1024, 2)) {
            window.sent(1024);
        }
        nowNs[0] += tookNs;
        window.resolved(window.unresolvedBytes());
        window.raise();
    }

    private static void exhaust(PublishWindow window) {
        while (window.admits(1024, 2)) {
            window.sent(1024);
        }
        window.resolved(window.unresolvedBytes());
        window.raise();
    }

    @Test
    void whoWaitsLongestGoesOnFirstAndANewPauseStopsTheRest() {
        ManualLoop time = new ManualLoop();
        Pace pace = new Pace(time);
        List<String> went = new ArrayList<>();
        Runnable greedy = new Runnable() {
            @Override
            public void run() {
                went.add("greedy");
                pace.pause(10_000_000);
                pace.await(this);
            }
        };
        pace.pause(10_000_000);
        pace.await(greedy);
        pace.await(() -> went.add("other"));
        time.pass(11);
        assertThat(went).containsExactly("greedy");
        time.pass(11);
        assertThat(went).containsExactly("greedy", "other", "greedy");
    }

    @Test
    void adjacentAcksBecomeOneSettlementAndWhatIsUnappliedIsSentAgain() {
        List<List<Settlement>> made = new ArrayList<>();
        List<ShardCommand> sent = new ArrayList<>();
        SettleBatcher batcher = new SettleBatcher(
                new SettleBatcher.Target() {
                    @Override
                    public ShardCommand command(int epoch, long settleSequence, List<Settlement> settlements) {
                        made.add(settlements);
                        return Commands.settle(1, 1, 1, 1, epoch, settleSequence, settlements);
                    }

                    @Override
                    public void send(ShardCommand command) {
                        sent.add(command);
                    }
                },
                3);
        batcher.add(Outcome.ACK, 0, 1, 2);
        batcher.add(Outcome.ACK, 0, 3, 3);
        batcher.frameDone();
        batcher.add(Outcome.REQUEUE, 50, 4, 4);
        batcher.frameDone();
        batcher.flush();
        batcher.add(Outcome.ACK, 0, 5, 5);
        batcher.frameDone();
        batcher.flush();
        assertThat(made.get(0))
                .containsExactly(new Settlement(Outcome.ACK, 0, 1, 3), new Settlement(Outcome.REQUEUE, 50, 4, 4));
        assertThat(batcher.settled(1)).isTrue();
        assertThat(batcher.settled(1)).isFalse();
        assertThat(batcher.appliedFrames()).isEqualTo(2);
        batcher.resend();
        assertThat(sent).hasSize(3);
        assertThat(sent.get(2)).isSameAs(sent.get(1));
        assertThat(batcher.isIdle()).isFalse();
        batcher.settled(2);
        assertThat(batcher.isIdle()).isTrue();
    }

    @Test
    void partOfARunKeepsTagsAndMessagesTogether() {
        ByteBuffer messages = ByteBuffer.allocate(36);
        for (int i = 0; i < 4; i++) {
            messages.putInt(5).put((byte) 0).putInt(i);
        }
        var run = new ShardEvent.Delivered(1, 1, 9, 10, 4, 1, 1, 0, messages.flip());
        var rest = Runs.from(run, 12);
        assertThat(rest.count()).isEqualTo(2);
        assertThat(rest.messages().getInt(rest.messages().position() + 5)).isEqualTo(2);
        var head = Runs.until(run, 12);
        assertThat(head.firstTag()).isEqualTo(10);
        assertThat(head.messages().remaining()).isEqualTo(18);
    }
}
