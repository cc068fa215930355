package io.sluice.tenantmanager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.control.ControlResult.Done;
import io.sluice.tenantmanager.control.ControlResult.Reason;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the control shard has on record of a group on its way; three shards, and the first group is in the first. */
class MoveRulesTest {
    private final ControlState state = new ControlState();
    private final ControlMachine machine = new ControlMachine(state);
    private long index;

    @BeforeEach
    void makeGroup() {
        apply(Commands.tenant("acme", Commands.group("orders", Commands.queue("new"))));
        confirm();
    }

    private ControlMachine.Applied apply(ControlCommand command) {
        ControlMachine.Applied applied = machine.apply(++index, Commands.entry(1_000 + index, command));
        state.verify();
        return applied;
    }

    private void confirm() {
        apply(new ControlCommand.ConfirmTasks(List.copyOf(state.tasks().keySet())));
    }

    private ControlResult move(int shard) {
        return apply(new ControlCommand.MoveGroup("acme", "orders", shard, 3)).result();
    }

    private Group group() {
        return state.tenant("acme").groups().get("orders");
    }

    private ShardTask onlyTask() {
        assertThat(state.tasks()).hasSize(1);
        return state.tasks().firstEntry().getValue();
    }

    private static void assertRefused(ControlResult result, Reason reason, String word) {
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).reason()).isEqualTo(reason);
        assertThat(((Refused) result).message()).contains(word);
    }

    @Test
    void theGroupIsInItsNewShardOnceThatIsConfirmedAndTheOldOneIsTold() {
        move(2);
        ShardTask move = onlyTask();
        assertThat(move.shard()).isZero();
        assertThat(move.toShard()).isEqualTo(2);
        assertThat(group().shard()).isZero();

        ControlMachine.Applied applied = apply(new ControlCommand.ConfirmTasks(List.of(move.id())));
        assertThat(group().shard()).isEqualTo(2);
        assertThat(applied.tenants()).containsExactly("acme");
        ShardTask leave = onlyTask();
        assertThat(((Done) applied.result()).tasks()).containsExactly(leave.id());
        assertThat(leave.kind()).isEqualTo(ShardTask.Kind.LEAVE_GROUP);
        assertThat(leave.shard()).isZero();
        assertThat(leave.controlIndex()).isEqualTo(move.controlIndex());
        confirm();
        assertThat(state.tasks()).isEmpty();
    }

    @Test
    void definitionsThatCameDuringTheMoveAreForTheNewShard() {
        move(1);
        apply(new ControlCommand.PutQueue("acme", "orders", Commands.queue("late"), false));
        apply(new ControlCommand.ConfirmTasks(List.of(state.tasks().firstKey())));
        assertThat(state.tasks().values())
                .filteredOn(task -> task.kind() == ShardTask.Kind.DEFINE_QUEUE)
                .singleElement()
                .satisfies(task -> assertThat(task.shard()).isEqualTo(1));
    }

    @Test
    void aMoveThatWasCalledOffLeavesTheGroupAndHasTheOtherShardForgetIt() {
        move(1);
        ShardTask move = onlyTask();
        ControlMachine.Applied applied =
                apply(new ControlCommand.CallOffMove(move.id(), "acme", "orders", "it is full there"));
        assertThat(applied.settled()).containsExactly(move.id());
        assertThat(group().shard()).isZero();
        ShardTask forget = onlyTask();
        assertThat(forget.kind()).isEqualTo(ShardTask.Kind.FORGET_IMPORT);
        assertThat(forget.shard()).isEqualTo(1);
        assertThat(state.audit().lastEntry().getValue().what()).contains("it is full there");
        confirm();
        assertThat(move(1)).isInstanceOf(Done.class);
    }

    @Test
    void callingOffAMoveThatEndedChangesNothing() {
        move(1);
        ShardTask move = onlyTask();
        confirm();
        apply(new ControlCommand.CallOffMove(move.id(), "acme", "orders", "late"));
        assertThat(group().shard()).isEqualTo(1);
        assertThat(onlyTask().kind()).isEqualTo(ShardTask.Kind.LEAVE_GROUP);
    }

    @Test
    void aMoveToNowhereIsRefusedWithAReason() {
        assertRefused(move(3), Reason.INVALID, "shards are 0 to 2");
        assertRefused(move(-1), Reason.INVALID, "no shard -1");
        assertRefused(move(0), Reason.CONFLICT, "in shard 0 already");
        assertRefused(apply(new ControlCommand.MoveGroup("acme", "none", 1, 3)).result(), Reason.NOT_FOUND, "none");
        assertRefused(
                apply(new ControlCommand.MoveGroup("none", "orders", 1, 3)).result(), Reason.NOT_FOUND, "none");
        assertThat(state.tasks()).isEmpty();
    }

    @Test
    void aGroupOnItsWayIsNeitherMovedOnNorDeleted() {
        move(1);
        assertRefused(move(2), Reason.CONFLICT, "is being moved");
        assertRefused(
                apply(new ControlCommand.DeleteGroup("acme", "orders")).result(), Reason.CONFLICT, "is being moved");
        assertRefused(apply(new ControlCommand.DeleteTenant("acme")).result(), Reason.CONFLICT, "is being moved");
        confirm();
        assertRefused(move(2), Reason.CONFLICT, "leave group orders");
        confirm();
        assertThat(apply(new ControlCommand.DeleteGroup("acme", "orders")).result())
                .isInstanceOf(Done.class);
    }

    @Test
    void aGroupThatIsNotMadeYetDoesNotMove() {
        apply(Commands.tenant("beta", Commands.group("orders", Commands.queue("new"))));
        assertRefused(
                apply(new ControlCommand.MoveGroup("beta", "orders", 2, 3)).result(), Reason.CONFLICT, "not made yet");
    }
}
