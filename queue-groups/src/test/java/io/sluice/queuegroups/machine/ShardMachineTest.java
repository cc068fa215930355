package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.GROUP;
import static io.sluice.queuegroups.machine.Harness.ORIGIN;
import static io.sluice.queuegroups.machine.Harness.TENANT;
import static io.sluice.queuegroups.machine.Harness.ack;
import static io.sluice.queuegroups.machine.Harness.only;
import static io.sluice.queuegroups.machine.Harness.plain;
import static io.sluice.queuegroups.machine.Harness.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.GroupForm;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.machine.Harness.Sent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ShardMachineTest {
    private static final long OTHER = new Origin(2, 1, 0).pack();

    private final Harness h = new Harness();

    private int subscribe(long sender) {
        return only(h.apply(h.subscribe(sender, 10, 10)), Effect.Subscribed.class)
                .get(0)
                .epoch();
    }

    private int fill(int count) {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = h.openProducer(100);
        h.apply(publish(100, epoch, 1, false, 10, plain(1, count)));
        return epoch;
    }

    @Test
    void hidesAGroupFromAnotherTenant() {
        List<Sent> sent = h.apply(Commands.subscribe(TENANT + 1, GROUP, ORIGIN, 1, 10, 10, 10));
        assertThat(only(sent, Effect.Failed.class).get(0).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void releasesADeletedGroupAndNeverTakesItsIdAgain() {
        fill(20);
        subscribe(1);
        List<Sent> sent = h.apply(Commands.deleteGroup(TENANT, GROUP, h.nextControlIndex()));
        assertThat(only(sent, Effect.ConsumerClosed.class)).hasSize(1);
        h.tick(0);
        assertThat(h.machine.liveBytes(0, 1000)).isZero();
        assertThat(h.machine.nextDueMs()).isEqualTo(Long.MAX_VALUE);
        h.apply(Commands.defineGroup(TENANT, GROUP, h.nextControlIndex(), GroupForm.WORK, "acme", "orders"));
        h.queue(10, QueueOptions.DEFAULT);
        assertThat(h.stats(10)).isNull();
        h.restart();
        h.apply(Commands.defineGroup(TENANT, GROUP, h.nextControlIndex(), GroupForm.WORK, "acme", "orders"));
        assertThat(h.machine.groups().find(GROUP)).isNull();
    }

    @Test
    void ignoresADefinitionOlderThanTheOneItHolds() {
        h.queue(10, QueueOptions.DEFAULT);
        h.apply(Commands.defineQueue(TENANT, GROUP, 1, 10, "old", Harness.options(1, OverflowPolicy.REJECT, 1), 0));
        int epoch = h.openProducer(100);
        h.apply(publish(100, epoch, 1, false, 10, plain(1, 5)));
        assertThat(h.stats(10).ready()).isEqualTo(5);
    }

    @Test
    void quarantinesOneGroupAfterAnUnexpectedErrorAndServesTheOthers() {
        int epoch = fill(5);
        int consumer = subscribe(1);
        h.apply(Commands.defineGroup(TENANT, 2, h.nextControlIndex(), GroupForm.WORK, "acme", "other"));
        Objects.requireNonNull(h.machine.groups().find(GROUP)).queues().removeAll();
        List<Sent> sent = h.apply(h.settle(1, consumer, 1, ack(1, 1)));
        assertThat(only(sent, Effect.ConsumerClosed.class)).hasSize(1);
        assertThat(only(sent, Effect.Failed.class).get(0).message()).contains("acme/orders is quarantined");
        assertThat(h.machine.quarantinedIndex(GROUP)).isEqualTo(h.index);
        assertThat(h.machine.quarantineCause(GROUP)).isInstanceOf(NullPointerException.class);
        sent = h.apply(publish(100, epoch, 6, false, 10, plain(6, 1)));
        assertThat(only(sent, Effect.Rejected.class).get(0).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(h.machine.liveBytes(0, 1000)).isPositive();
        sent = h.apply(Commands.openProducer(TENANT, 2, ORIGIN, 200, "p"));
        assertThat(only(sent, Effect.ProducerOpened.class)).hasSize(1);
        h.restart();
        assertThat(h.machine.quarantinedIndex(GROUP)).isPositive();
    }

    @Test
    void neverLetsTimeGoBackWithANewLeader() {
        h.nowMs = 5_000_000;
        h.apply();
        h.nowMs = 4_000_000;
        h.apply();
        assertThat(h.machine.timeMs()).isEqualTo(5_000_000);
    }

    @Test
    void knowsNoNewerVersionThanItsOwn() {
        List<Sent> sent = h.apply(Commands.raiseVersion(ShardMachine.NEWEST_VERSION + 1));
        assertThat(only(sent, Effect.Failed.class)).hasSize(1);
        assertThat(h.machine.machineVersion()).isEqualTo(1);
    }

    @Test
    void noticesThatItsStateDiffersFromTheLeaders() {
        h.apply(Commands.stateHash(0, 0));
        long hash = h.machine.loggedHash();
        h.apply(Commands.stateHash(h.machine.loggedHashIndex(), hash));
        assertThat(h.machine.divergedIndex()).isZero();
        h.apply(Commands.stateHash(h.machine.loggedHashIndex(), hash + 1));
        assertThat(h.machine.divergedIndex()).isEqualTo(h.index);
    }

    @Test
    void refusesADamagedSnapshot() {
        fill(2000);
        ByteBuffer whole = Harness.join(h.machine.capture());
        whole.put(100, (byte) (whole.get(100) ^ 1));
        assertThatThrownBy(() -> ShardMachine.restore(whole, MachineLimits.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void aSnapshotDoesNotChangeWhileTheMachineGoesOn() {
        int epoch = fill(1);
        for (int i = 2; i < 3000; i++) {
            h.apply(publish(100, epoch, i, false, 10, plain(i, 1)));
        }
        long hash = h.machine.stateHash();
        Snapshot snapshot = h.machine.capture();
        h.apply(Commands.purgeQueue(TENANT, GROUP, h.nextControlIndex(), 10));
        h.tick(0);
        ShardMachine restored = ShardMachine.restore(Harness.join(snapshot), MachineLimits.DEFAULT);
        restored.verify();
        assertThat(restored.stateHash()).isEqualTo(hash);
        assertThat(restored.stats(GROUP, 10).ready()).isEqualTo(2999);
    }

    @Test
    void handsAConsumerOverWithWhatItHasCheckedOut() {
        fill(10);
        int epoch = subscribe(1);
        h.apply(Commands.detachConsumer(TENANT, GROUP, ORIGIN, 1, 1_000));
        List<Sent> sent = h.apply(Commands.attachConsumer(TENANT, GROUP, OTHER, 9, ORIGIN, 1, 6));
        int newEpoch = only(sent, Effect.Subscribed.class).get(0).epoch();
        assertThat(h.ids(sent)).containsExactly(7L, 8L, 9L, 10L);
        Effect.Deliver again = only(sent, Effect.Deliver.class).get(0);
        assertThat(again.firstTag()).isEqualTo(7);
        assertThat(again.deliveryCount()).isEqualTo(1);
        assertThat(only(h.apply(h.settle(1, epoch, 1, ack(1, 10))), Effect.Failed.class))
                .hasSize(1);
        sent = h.apply(Commands.settle(TENANT, GROUP, OTHER, 9, newEpoch, 1, List.of(ack(1, 10))));
        assertThat(only(sent, Effect.Settled.class)).hasSize(1);
        assertThat(h.stats(10).unacked()).isZero();
    }

    @Test
    void returnsWhatADetachedConsumerHasWhenItsGraceIsOver() {
        fill(4);
        subscribe(1);
        h.apply(Commands.detachConsumer(TENANT, GROUP, ORIGIN, 1, 1_000));
        h.apply(h.subscribe(2, 10, 10));
        assertThat(h.ids(h.tick(999))).isEmpty();
        assertThat(h.ids(h.tick(1))).containsExactly(1L, 2L, 3L, 4L);
        List<Sent> sent = h.apply(Commands.attachConsumer(TENANT, GROUP, OTHER, 9, ORIGIN, 1, 0));
        assertThat(only(sent, Effect.Failed.class).get(0).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void givesUpTheConsumersOfALostGatewayAndOfItsOlderBootsOnly() {
        fill(4);
        subscribe(1);
        long laterBoot = new Origin(1, 2, 0).pack();
        h.apply(Commands.subscribe(TENANT, GROUP, laterBoot, 3, 10, 10, 1 << 20));
        assertThat(h.machine.origins()).containsExactly(ORIGIN, laterBoot);
        List<Sent> sent = h.apply(Commands.gatewayLost(1, 1));
        assertThat(only(sent, Effect.Deliver.class))
                .extracting(Effect.Deliver::sender)
                .containsOnly(3L);
        assertThat(h.ids(sent)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(h.machine.origins()).containsExactly(laterBoot);
    }

    @Test
    void appliesASettlementOnceAndSaysWhichOneIsDueAfterAGap() {
        fill(4);
        int epoch = subscribe(1);
        List<Sent> sent = h.apply(h.settle(1, epoch, 2, ack(1, 1)));
        assertThat(only(sent, Effect.Failed.class).get(0).code()).isEqualTo(ErrorCode.OUT_OF_SEQUENCE);
        assertThat(only(sent, Effect.Settled.class).get(0).settleSequence()).isZero();
        h.apply(h.settle(1, epoch, 1, ack(1, 1)));
        h.apply(h.settle(1, epoch, 1, ack(1, 4)));
        assertThat(h.stats(10).unacked()).isEqualTo(3);
    }

    @Test
    void slicesMessagesOfOneCommandWithoutACopyAndCopiesAcrossCommands() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = h.openProducer(100);
        h.apply(publish(100, epoch, 1, false, 10, plain(1, 3)), publish(100, epoch, 4, false, 10, plain(4, 3)));
        List<Sent> sent = h.apply(h.subscribe(1, 10, 100));
        assertThat(only(sent, Effect.Deliver.class)).hasSize(1);
        assertThat(h.ids(sent)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        EntryMessages messages = EntryMessages.of(h.log.get(h.index - 1));
        assertThat(messages.count()).isEqualTo(6);
        assertThat(messages.slice(4, 1).remaining()).isEqualTo(new Messages.Spec(1).sizeBytes());
        assertThatThrownBy(() -> messages.slice(5, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
