package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.control.ControlResult.Done;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The control shard as a pure function: the same entries give the same state and the same results on every replica. No clock, no random, no IO.
 *
 * <p>A command is decided as a whole on a {@link Draft} before anything is altered, so a refused one changes nothing but the audit log.
 * <i>Confined to:</i> {@link #apply} to the apply thread; {@link #preview} may run on any thread.
 */
public final class ControlMachine {
    private final ControlState state;

    public ControlMachine(ControlState state) {
        this.state = state;
    }

    /**
     * @param result the outcome
     * @param tenants names of the tenants that look different now
     * @param settled tasks that nobody needs to perform any more
     */
    public record Applied(ControlResult result, List<String> tenants, List<Long> settled) {}

    /** Applies the entry at that log index. */
    public Applied apply(long index, ControlEntry entry) {
        state.advance(index, entry.timeMs());
        if (entry.command() instanceof ControlCommand.ConfirmTasks confirm) {
            Confirmations.Outcome outcome = Confirmations.apply(state, confirm.tasks());
            return new Applied(
                    new Done(false, null, List.of(), List.of(), outcome.newTasks(), index),
                    outcome.tenants(),
                    confirm.tasks());
        }
        Draft draft = new Draft(state, index, state.counters().timeMs());
        Refused refused = decide(draft, entry.command());
        if (refused != null) {
            state.record(entry, "", refused.reason() + ": " + refused.message());
            return new Applied(refused, List.of(), List.of());
        }
        Done done = draft.done();
        draft.commit();
        boolean unchanged = done.changes().isEmpty() && !isPurge(entry);
        // Each start of each node says so; only what it changes is worth a record.
        if (!unchanged || !(entry.command() instanceof ControlCommand.EnterNode)) {
            state.record(entry, summary(done), unchanged ? "unchanged" : "done");
        }
        return new Applied(done, touched(draft), List.copyOf(draft.droppedTasks));
    }

    /** What the command would do now; changes nothing. */
    public ControlResult preview(ControlCommand command) {
        Draft draft = new Draft(state, 0, state.counters().timeMs());
        Refused refused = decide(draft, command);
        return refused != null ? refused : draft.done();
    }

    private static @Nullable Refused decide(Draft draft, ControlCommand command) {
        if (command instanceof ControlCommand.PutTenant put) {
            return TenantRules.put(draft, put);
        } else if (command instanceof ControlCommand.SuspendTenant suspend) {
            return TenantRules.suspend(draft, suspend);
        } else if (command instanceof ControlCommand.DeleteTenant delete) {
            return TenantRules.delete(draft, delete);
        } else if (command instanceof ControlCommand.AddKey add) {
            return KeyRules.add(draft, add);
        } else if (command instanceof ControlCommand.RevokeKey revoke) {
            return KeyRules.revoke(draft, revoke);
        } else if (command instanceof ControlCommand.PutPlan plan) {
            return TenantRules.putPlan(draft, plan);
        }
        return decideDefinition(draft, command);
    }

    private static @Nullable Refused decideDefinition(Draft draft, ControlCommand command) {
        if (command instanceof ControlCommand.PutGroup put) {
            return GroupRules.put(draft, put);
        } else if (command instanceof ControlCommand.DeleteGroup delete) {
            return GroupRules.delete(draft, delete);
        } else if (command instanceof ControlCommand.PutQueue put) {
            return GroupRules.putQueue(draft, put);
        } else if (command instanceof ControlCommand.DeleteQueue delete) {
            return GroupRules.deleteQueue(draft, delete);
        } else if (command instanceof ControlCommand.PurgeQueue purge) {
            return GroupRules.purge(draft, purge);
        } else if (command instanceof ControlCommand.MoveGroup move) {
            return MoveRules.move(draft, move);
        } else if (command instanceof ControlCommand.CallOffMove callOff) {
            return MoveRules.callOff(draft, callOff);
        }
        return decideNodes(draft, command);
    }

    private static @Nullable Refused decideNodes(Draft draft, ControlCommand command) {
        if (command instanceof ControlCommand.EnterNode enter) {
            return ClusterRules.enter(draft, enter);
        } else if (command instanceof ControlCommand.AddNode add) {
            return NodeRules.add(draft, add);
        } else if (command instanceof ControlCommand.RemoveNode remove) {
            return NodeRules.remove(draft, remove);
        } else if (command instanceof ControlCommand.SettleLog settle) {
            return NodeRules.settle(draft, settle);
        }
        throw new IllegalStateException("no rule for " + command.getClass());
    }

    private List<String> touched(Draft draft) {
        Set<String> names = new LinkedHashSet<>();
        if (draft.removed != null) {
            names.add(draft.removed.name());
        }
        if (draft.tenant != null) {
            names.add(draft.tenant.name());
        }
        Plan plan = draft.plan;
        if (plan != null) {
            for (Tenant tenant : state.tenants().values()) {
                if (tenant.plan().equals(plan.name())) {
                    names.add(tenant.name());
                }
            }
        }
        return new ArrayList<>(names);
    }

    private static boolean isPurge(ControlEntry entry) {
        return entry.command() instanceof ControlCommand.PurgeQueue;
    }

    private static String summary(Done done) {
        return done.changes().stream()
                .limit(20)
                .map(change -> change.op() + " " + change.what()
                        + (change.op().equals("update") ? " " + change.from() + " → " + change.to() : ""))
                .collect(Collectors.joining(", "));
    }
}
