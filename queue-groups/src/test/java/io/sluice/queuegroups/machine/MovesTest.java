package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.GROUP;
import static io.sluice.queuegroups.machine.Harness.ORIGIN;
import static io.sluice.queuegroups.machine.Harness.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.MoveCommands;
import io.sluice.queuegroups.api.MoveCommands.HoldStep;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.MoveStatus.Stage;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group goes from one shard to another: each has a log of its own. */
class MovesTest {
    private static final long QUEUE = 10;
    private static final long MOVE = 500;

    private final Harness from = new Harness();
    private final Harness to = Harness.empty();
    private int epoch;

    @BeforeEach
    void publishAndCheckOut() {
        from.apply(Commands.raiseVersion(ShardMachine.NEWEST_VERSION));
        to.apply(Commands.raiseVersion(ShardMachine.NEWEST_VERSION));
        from.queue(QUEUE, QueueOptions.DEFAULT);
        epoch = from.openProducer(1);
        from.apply(from.subscribe(2, QUEUE, 3));
        from.apply(Harness.publish(1, epoch, 1, false, QUEUE, Harness.plain(100, 10)));
    }

    private static ShardCommand hold(HoldStep step) {
        return MoveCommands.holdGroup(TENANT, GROUP, MOVE, step);
    }

    private static ErrorCode refusal(List<Harness.Sent> sent) {
        return Harness.only(sent, Effect.Failed.class).get(0).code();
    }

    /** All but the adoption. */
    private GroupImage bring() {
        assertThat(from.apply(hold(HoldStep.HOLD))).isEmpty();
        GroupImage image = from.machine.image(GROUP);
        to.apply(MoveCommands.importState(TENANT, GROUP, MOVE, image.state(), 0, image.slice(0, Integer.MAX_VALUE)));
        GroupMessages messages = image.messages();
        List<LiveRun> runs = messages.next(Long.MAX_VALUE / 1_000_000);
        ByteBuffer bodies = ByteBuffer.allocate(1 << 16);
        for (LiveRun run : runs) {
            bodies.put(EntryMessages.of(from.log.get(run.index())).slice(run.firstOrdinal(), run.count()));
        }
        int count = runs.stream().mapToInt(LiveRun::count).sum();
        to.apply(MoveCommands.importMessages(TENANT, GROUP, MOVE, 0, count, bodies.flip()));
        assertThat(from.apply(hold(HoldStep.SEAL))).isEmpty();
        return image;
    }

    private void adopt() {
        GroupImage image = bring();
        assertThat(to.apply(MoveCommands.adoptGroup(TENANT, GROUP, MOVE, image.state())))
                .isEmpty();
        assertThat(from.apply(MoveCommands.leaveGroup(TENANT, GROUP, MOVE))).isEmpty();
        from.tick(1);
    }

    @Test
    void aConsumerKeepsWhatItHasAndGoesOnUnderItsTags() {
        adopt();
        List<Harness.Sent> sent = to.apply(to.settle(2, 2, 1, Harness.ack(1, 3)));
        assertThat(Harness.only(sent, Effect.Settled.class)).hasSize(1);
        assertThat(to.ids(sent)).containsExactly(103L, 104L, 105L);
        assertThat(Harness.only(sent, Effect.Deliver.class))
                .allSatisfy(deliver -> assertThat(deliver.deliveryCount()).isEqualTo(1));
    }

    @Test
    void whatIsCheckedOutCanBeAskedForAgainWhereTheGroupIsNow() {
        adopt();
        List<Harness.Sent> sent = new ArrayList<>();
        to.machine.answer(
                ORIGIN,
                new ConsumerAsk(GROUP, 2, 2, 1),
                (group, origin, effect) -> sent.add(new Harness.Sent(origin, effect)));
        assertThat(to.ids(sent)).containsExactly(101L, 102L);
    }

    @Test
    void sequencesThatHaveAnOutcomeKeepIt() {
        adopt();
        List<Harness.Sent> sent = to.apply(Harness.publish(1, epoch, 1, false, QUEUE, Harness.plain(100, 12)));
        assertThat(Harness.only(sent, Effect.Confirmed.class))
                .extracting(Effect.Confirmed::lastSequence)
                .containsExactly(10L, 12L);
        assertThat(to.stats(QUEUE).ready() + to.stats(QUEUE).unacked()).isEqualTo(12);
    }

    @Test
    void nothingIsLeftInTheOldShardAndItSaysNothingToLateCommands() {
        adopt();
        assertThat(from.machine.liveBytes(0, Long.MAX_VALUE)).isZero();
        assertThat(from.machine.moveStatus(GROUP, MOVE).stage()).isEqualTo(Stage.LEFT);
        assertThat(from.apply(Harness.publish(1, epoch, 11, false, QUEUE, Harness.plain(200, 1))))
                .isEmpty();
        assertThat(from.apply(from.settle(2, 2, 1, Harness.ack(1, 3)))).isEmpty();
        from.machine.answer(ORIGIN, new ConsumerAsk(GROUP, 2, 2, 1), (group, origin, effect) -> {
            throw new AssertionError("answers for a group that went away: " + effect);
        });
        assertThat(refusal(from.queue(11, QueueOptions.DEFAULT))).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aRepeatedDefinitionDoesNotMakeTheGroupAgainInTheShardItLeft() {
        adopt();
        assertThat(refusal(from.apply(Commands.defineGroup(TENANT, GROUP, 1, GroupForm.WORK, "acme", "orders"))))
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(from.machine.stats(GROUP, QUEUE)).isNull();
    }

    @Test
    void aGroupThatWentAwayIsStillAwayAfterAMoveBackWasCalledOff() {
        adopt();
        from.apply(MoveCommands.forgetImport(TENANT, GROUP, MOVE + 1));
        from.restart();
        assertThat(from.apply(Harness.publish(1, epoch, 11, false, QUEUE, Harness.plain(200, 1))))
                .isEmpty();
        assertThat(from.machine.groups().wasDeleted(GROUP)).isFalse();
    }

    /** Another leader goes on with the move later: what arrived must still be a part of the same. */
    @Test
    void theStateOfAHeldGroupIsTheSameLaterAndAfterARestart() {
        from.apply(hold(HoldStep.HOLD));
        MoveCommands.GroupState held = from.machine.image(GROUP).state();
        from.tick(60_000);
        assertThat(from.machine.image(GROUP).state()).isEqualTo(held);
        from.restart();
        assertThat(from.machine.image(GROUP).state()).isEqualTo(held);
    }

    @Test
    void machineTimeGoesOnFromWhereItWasInTheOldShard() {
        from.nowMs += 60_000;
        adopt();
        assertThat(to.machine.timeMs()).isEqualTo(from.nowMs - 1);
    }

    @Test
    void whatArrivesPinsItsEntriesButCountsForNobody() {
        bring();
        assertThat(to.machine.liveBytes(0, Long.MAX_VALUE)).isPositive();
        to.machine.forEachTenant(usage -> assertThat(usage.storageBytes()).isZero());
        to.restart();
        assertThat(to.machine.moveStatus(GROUP, MOVE).messages()).isEqualTo(10);
        to.apply(MoveCommands.forgetImport(TENANT, GROUP, MOVE));
        assertThat(to.machine.liveBytes(0, Long.MAX_VALUE)).isZero();
    }

    @Test
    void clientsAreToldToAskAgainWhenTheHoldIsLifted() {
        from.apply(hold(HoldStep.HOLD));
        assertThat(from.apply(Harness.publish(1, epoch, 11, false, QUEUE, Harness.plain(200, 1))))
                .isEmpty();
        List<Harness.Sent> sent = from.apply(hold(HoldStep.LIFT));
        assertThat(Harness.only(sent, Effect.Failed.class))
                .extracting(Effect.Failed::sender, Effect.Failed::code)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1L, ErrorCode.UNAVAILABLE),
                        org.assertj.core.groups.Tuple.tuple(2L, ErrorCode.UNAVAILABLE));
        assertThat(from.ids(from.apply(from.settle(2, 2, 1, Harness.ack(1, 3)))))
                .containsExactly(103L, 104L, 105L);
    }

    @Test
    void aMoveThatWasCalledOffBeforeItBeganNeverBegins() {
        assertThat(from.apply(hold(HoldStep.LIFT))).isEmpty();
        assertThat(refusal(from.apply(hold(HoldStep.HOLD)))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(from.machine.moveStatus(GROUP, MOVE)).isEqualTo(MoveStatus.of(Stage.CALLED_OFF));
    }

    @Test
    void aSealedGroupStaysHeldUntilTheOtherShardForgetsIt() {
        GroupImage image = bring();
        assertThat(refusal(from.apply(hold(HoldStep.LIFT)))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(to.apply(MoveCommands.forgetImport(TENANT, GROUP, MOVE))).isEmpty();
        assertThat(refusal(to.apply(MoveCommands.adoptGroup(TENANT, GROUP, MOVE, image.state()))))
                .isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(from.apply(hold(HoldStep.LIFT_SEALED))).hasSize(2);
        assertThat(from.machine.hasMoves()).isFalse();
    }

    @Test
    void anAdoptedGroupCannotBeForgotten() {
        adopt();
        assertThat(refusal(to.apply(MoveCommands.forgetImport(TENANT, GROUP, MOVE))))
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void aGroupDoesNotLeaveBeforeItIsSealed() {
        from.apply(hold(HoldStep.HOLD));
        assertThat(refusal(from.apply(MoveCommands.leaveGroup(TENANT, GROUP, MOVE))))
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void commandsOfAnOlderMoveAreRefused() {
        adopt();
        ShardCommand late = MoveCommands.holdGroup(TENANT, GROUP, MOVE - 1, HoldStep.HOLD);
        assertThat(refusal(to.apply(late))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal(from.apply(late))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void aStateWithAFlippedBitIsNotAdoptedAndForgotten() {
        from.apply(hold(HoldStep.HOLD));
        GroupImage image = from.machine.image(GROUP);
        ByteBuffer bytes = ByteBuffer.allocate((int) image.state().sizeBytes());
        bytes.put(image.slice(0, Integer.MAX_VALUE)).flip();
        bytes.put(20, (byte) (bytes.get(20) ^ 1));
        to.apply(MoveCommands.importState(TENANT, GROUP, MOVE, image.state(), 0, bytes));
        MoveCommands.GroupState none = new MoveCommands.GroupState(
                image.state().sizeBytes(), image.state().crc(), 0);
        assertThat(refusal(to.apply(MoveCommands.adoptGroup(TENANT, GROUP, MOVE, none))))
                .isEqualTo(ErrorCode.INTERNAL);
        assertThat(to.machine.moveStatus(GROUP, MOVE).stage()).isEqualTo(Stage.FORGOTTEN);
    }

    @Test
    void nothingMovesBelowMachineVersionFour() {
        Harness old = new Harness();
        old.apply(Commands.raiseVersion(3));
        assertThat(refusal(old.apply(hold(HoldStep.HOLD)))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(old.machine.hasMoves()).isFalse();
    }
}
