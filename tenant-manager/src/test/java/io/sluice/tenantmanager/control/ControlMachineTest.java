package io.sluice.tenantmanager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.control.ControlResult.Done;
import io.sluice.tenantmanager.control.ControlResult.Reason;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControlMachineTest {
    private final ControlState state = new ControlState();
    private final ControlMachine machine = new ControlMachine(state);
    private long index;

    private ControlResult apply(ControlCommand command) {
        ControlResult result =
                machine.apply(++index, Commands.entry(1_000 + index, command)).result();
        state.verify();
        return result;
    }

    private Done done(ControlCommand command) {
        ControlResult result = apply(command);
        assertThat(result).isInstanceOf(Done.class);
        return (Done) result;
    }

    private Refused refused(ControlCommand command) {
        ControlResult result = apply(command);
        assertThat(result).isInstanceOf(Refused.class);
        return (Refused) result;
    }

    private void confirmAll() {
        apply(new ControlCommand.ConfirmTasks(List.copyOf(state.tasks().keySet())));
    }

    @Test
    void theSecondOfTwoPutsSeesWhatTheFirstDid() {
        ControlCommand put = Commands.tenant("acme", Commands.group("orders", Commands.queue("new")));
        Done first = done(put);
        Done second = done(put);
        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.changes()).isEmpty();
        assertThat(second.tasks()).as("it waits for what the first started").isEqualTo(first.tasks());
        assertThat(state.tasks()).hasSize(2);
        confirmAll();
        assertThat(done(put).tasks()).isEmpty();
    }

    @Test
    void aGroupBecomesReadyOnceItsShardConfirmed() {
        Done put = done(Commands.tenant("acme", Commands.group("orders", Commands.queue("new"))));
        assertThat(state.tenant("acme").groups().get("orders").ready()).isFalse();
        apply(new ControlCommand.ConfirmTasks(put.tasks().subList(0, 1)));
        Group group = state.tenant("acme").groups().get("orders");
        assertThat(group.ready()).isTrue();
        assertThat(group.queues().get("new").ready()).isFalse();
        apply(new ControlCommand.ConfirmTasks(put.tasks()));
        assertThat(state.tenant("acme")
                        .groups()
                        .get("orders")
                        .queues()
                        .get("new")
                        .ready())
                .isTrue();
        assertThat(state.tasks()).isEmpty();
    }

    @Test
    void aConfirmationOfADeletedGroupRaisesNothing() {
        Done put = done(Commands.tenant("acme", Commands.group("orders")));
        done(new ControlCommand.DeleteGroup("acme", "orders"));
        done(new ControlCommand.PutGroup("acme", Commands.group("orders"), false, 3));
        apply(new ControlCommand.ConfirmTasks(put.tasks()));
        assertThat(state.tenant("acme").groups().get("orders").ready()).isFalse();
    }

    @Test
    void deletingDropsOpenDefinitionsAndTellsTheShardOnce() {
        done(Commands.tenant("acme", Commands.group("orders", Commands.queue("new"))));
        long groupId = state.tenant("acme").groups().get("orders").id();
        done(new ControlCommand.DeleteTenant("acme"));
        assertThat(state.tasks().values()).singleElement().satisfies(task -> {
            assertThat(task.kind()).isEqualTo(ShardTask.Kind.DELETE_GROUP);
            assertThat(task.groupId()).isEqualTo(groupId);
        });
        assertThat(state.tenant("acme")).isNull();
    }

    @Test
    void idsAreNeverTakenAgain() {
        Set<Long> ids = new HashSet<>();
        for (int round = 0; round < 5; round++) {
            done(Commands.tenant("acme", Commands.group("a", Commands.queue("q"), Commands.queue("r"))));
            Tenant tenant = state.tenant("acme");
            assertThat(ids.add(tenant.id())).isTrue();
            Group group = tenant.groups().get("a");
            assertThat(ids.add(group.id())).isTrue();
            group.queues()
                    .values()
                    .forEach(queue -> assertThat(ids.add(queue.id())).isTrue());
            done(new ControlCommand.DeleteTenant("acme"));
        }
    }

    @Test
    void groupsGoRoundTheShards() {
        for (String tenant : List.of("a", "b", "c")) {
            done(Commands.tenant(tenant, Commands.group("x"), Commands.group("y")));
        }
        assertThat(state.tenants().values().stream()
                        .flatMap(tenant -> tenant.groups().values().stream())
                        .map(Group::shard))
                .containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void aRefusedCommandChangesNothingButTheAuditLog() {
        Refused refused = refused(
                Commands.tenant("acme", Commands.group("good"), Commands.group("bad", Commands.queue("q", "missing"))));
        assertThat(refused.reason()).isEqualTo(Reason.INVALID);
        assertThat(refused.field()).isEqualTo("groups[1].queues[0].deadLetterQueue");
        assertThat(state.tenants()).isEmpty();
        assertThat(state.tasks()).isEmpty();
        assertThat(state.audit().lastEntry().getValue().result()).startsWith("INVALID: group 'bad'");
        done(Commands.tenant("other", Commands.group("g")));
        assertThat(state.tenant("other").groups().get("g").shard())
                .as("the refused groups took no place")
                .isZero();
    }

    @Test
    void keysKeepTheirHashWhenTheirPermissionsChange() {
        done(Commands.tenant("acme"));
        done(new ControlCommand.AddKey("acme", Commands.key("app")));
        Done put = done(new ControlCommand.PutTenant(
                "acme",
                null,
                null,
                LimitPatch.NOTHING,
                null,
                List.of(),
                List.of(new ControlCommand.KeySpec("app", "cd".repeat(32), List.of("consume:*/*"))),
                false,
                1));
        assertThat(put.createdKeys()).isEmpty();
        Key key = state.tenant("acme").keys().get("app");
        assertThat(key.hash()).isEqualTo("ab".repeat(32));
        assertThat(key.permissions()).containsExactly("consume:*/*");
    }

    @Test
    void aChangedPlanTouchesTheTenantsOnIt() {
        done(Commands.tenant("a"));
        done(Commands.tenant("b"));
        LimitPatch limits = new LimitPatch(true, Map.of(LimitName.QUEUES, Amount.quota(5)), List.of(), null);
        ControlMachine.Applied applied =
                machine.apply(++index, Commands.entry(9_999, new ControlCommand.PutPlan("standard", limits)));
        assertThat(applied.tenants()).containsExactly("a", "b");
        assertThat(state.effectiveLimits(state.tenant("a")).toLimits().queues()).isEqualTo(5);
    }

    @Test
    void timeNeverGoesBack() {
        machine.apply(1, Commands.entry(5_000, Commands.tenant("a")));
        machine.apply(2, Commands.entry(3_000, Commands.tenant("b")));
        assertThat(state.tenant("b").createdMs()).isEqualTo(5_000);
    }

    @Test
    void theAuditLogIsBounded() {
        for (int i = 0; i < Bounds.AUDIT_RECORDS + 50; i++) {
            apply(new ControlCommand.SuspendTenant("none", true));
        }
        assertThat(state.audit()).hasSize(Bounds.AUDIT_RECORDS);
        assertThat(state.audit().firstKey()).isEqualTo(51);
    }

    @Test
    void boundsHoldWithoutALimit() {
        LimitPatch unlimited = new LimitPatch(false, Map.of(), List.of(), null);
        done(new ControlCommand.PutTenant("acme", null, "unlimited", unlimited, null, List.of(), List.of(), false, 1));
        for (int i = 0; i < Bounds.KEYS_PER_TENANT; i++) {
            done(new ControlCommand.AddKey("acme", Commands.key("k" + i)));
        }
        assertThat(refused(new ControlCommand.AddKey("acme", Commands.key("more")))
                        .reason())
                .isEqualTo(Reason.QUOTA_EXCEEDED);
    }
}
