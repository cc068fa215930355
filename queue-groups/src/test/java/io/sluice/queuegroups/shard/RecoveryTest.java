package io.sluice.queuegroups.shard;

import static io.sluice.queuegroups.shard.LeaderHarness.GROUP;
import static io.sluice.queuegroups.shard.LeaderHarness.ORIGIN;
import static io.sluice.queuegroups.shard.LeaderHarness.QUEUE;
import static io.sluice.queuegroups.shard.LeaderHarness.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.bus.EventBatch;
import io.sluice.queuegroups.machine.Effect;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader does about gateways and consumers that it hears nothing of. */
class RecoveryTest {
    private LeaderHarness shard;
    private int epoch;

    @BeforeEach
    void checkOutOneMessage() throws Exception {
        shard = new LeaderHarness(new Intake.Bounds(100_000, 1 << 20, 0));
        int producer = shard.prepare();
        shard.send(shard.publish(producer, 1, 100));
        shard.next(Effect.Confirmed.class);
        shard.send(subscribe(ORIGIN, 2));
        epoch = shard.next(Effect.Subscribed.class).epoch();
        shard.next(Effect.Deliver.class);
        shard.leadAgain();
        shard.event();
        shard.awaitIdle();
        shard.batches.clear();
        shard.failures.clear();
    }

    @AfterEach
    void stop() {
        shard.close();
    }

    private static ShardCommand subscribe(Origin origin, long sender) {
        return Commands.subscribe(TENANT, GROUP, origin.pack(), sender, QUEUE, 10, 10_000);
    }

    private long gatewaysLost() {
        return shard.logged().stream()
                .flatMap(List::stream)
                .filter("GATEWAY_LOST"::equals)
                .count();
    }

    @Test
    void aKeepAliveIsAnsweredAlsoIfThereIsNothingToSay() throws Exception {
        shard.report();
        EventBatch answer = shard.batches.poll(10, TimeUnit.SECONDS);
        assertThat(answer.events()).isEmpty();
        assertThat(answer.term()).isEqualTo(1);
    }

    @Test
    void aSilentGatewayIsGivenUpInTheLogAndWhatItHadReturns() throws Exception {
        long before = gatewaysLost();
        shard.pass(9_500);
        assertThat(gatewaysLost()).isEqualTo(before);
        shard.pass(1_000);
        shard.send(subscribe(ORIGIN, 3));
        assertThat(shard.next(Effect.Subscribed.class).sender()).isEqualTo(3);
        assertThat(gatewaysLost()).isEqualTo(before + 1);
        Effect.Deliver again = shard.next(Effect.Deliver.class);
        assertThat(again.sender()).isEqualTo(3);
        assertThat(again.deliveryCount()).isEqualTo(2);
    }

    @Test
    void keepAlivesKeepAGateway() throws Exception {
        long before = gatewaysLost();
        for (int i = 0; i < 5; i++) {
            shard.pass(8_000);
            shard.report();
        }
        assertThat(gatewaysLost()).isEqualTo(before);
    }

    @Test
    void aNewLeaderGivesUpAGatewayOfItsStateThatNeverSpeaksToIt() throws Exception {
        Origin elsewhere = new Origin(5, 1, 0);
        shard.sendFrom(elsewhere, subscribe(elsewhere, 7));
        shard.awaitIdle();
        shard.leadAgain();
        assertThat(shard.event()).isInstanceOf(ShardEvent.ConsumerState.class);
        shard.awaitIdle();
        long before = gatewaysLost();
        // This node's own, which does not speak in this test either, and the other one; the state is read by another
        // thread.
        for (int i = 0; i < 10_000 && gatewaysLost() < before + 2; i++) {
            shard.pass(500);
            // Once a second an idle leader sees to it that its questions are answered.
            shard.freeDisk(Long.MAX_VALUE);
        }
        // What is logged comes after what was logged before.
        shard.send(subscribe(ORIGIN, 3));
        shard.next(Effect.Subscribed.class);
        assertThat(gatewaysLost()).isEqualTo(before + 2);
    }

    @Test
    void aNewLeaderTellsEachConsumersGatewayWhereTheLogStands() throws Exception {
        shard.leadAgain();
        assertThat(shard.event()).isEqualTo(new ShardEvent.ConsumerState(2, epoch, 1, 0, 10, 10_000, true));
    }

    @Test
    void aConsumerThatDoesNotMoveIsToldOf() throws Exception {
        // Looking takes two entries, which are applied by another thread.
        for (int i = 0; i < 10_000 && shard.failures.isEmpty(); i++) {
            shard.pass(500);
            shard.report(new ConsumerAsk(GROUP, 2, epoch, ConsumerAsk.NOTHING_AGAIN));
        }
        assertThat(shard.event()).isEqualTo(new ShardEvent.ConsumerState(2, epoch, 1, 0, 10, 10_000, true));
    }

    @Test
    void anIdleShardLogsNothingForConsumersThatDoNotMove() throws Exception {
        // Looking takes two entries, which are applied by another thread.
        for (int i = 0; i < 10_000 && shard.failures.isEmpty(); i++) {
            shard.pass(500);
        }
        shard.event();
        shard.awaitIdle();
        int entries = shard.logged().size();
        for (int i = 0; i < 10; i++) {
            shard.pass(5_000);
            shard.report();
        }
        assertThat(shard.logged()).hasSize(entries);
    }

    @Test
    void aQuestionAboutDeliveriesIsAnsweredFromTheState() throws Exception {
        shard.report(new ConsumerAsk(GROUP, 2, epoch, 0));
        Effect.Deliver again = shard.next(Effect.Deliver.class);
        assertThat(again.firstTag()).isEqualTo(1);
        assertThat(again.deliveryCount()).isEqualTo(1);
        assertThat(shard.next(Effect.ConsumerState.class).lastTag()).isEqualTo(1);
    }

    @Test
    void aLateCommandOfAnOlderBootIsNotTaken() throws Exception {
        shard.sendFrom(new Origin(9, 4, 0));
        shard.sendFrom(new Origin(9, 3, 0), subscribe(new Origin(9, 3, 0), 8));
        shard.sendFrom(new Origin(9, 4, 0), subscribe(ORIGIN, 3));
        assertThat(shard.next(Effect.Subscribed.class).sender()).isEqualTo(3);
        assertThat(shard.logged().stream().flatMap(List::stream).filter("SUBSCRIBE"::equals))
                .hasSize(2);
    }
}
