package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.control.ControlResult.Change;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a group comes to another shard: a task has its old shard copy it there; when both shards say that it is there, clients are sent there, and the old shard lets
 * go of what it left. One move of a group at a time.
 */
final class MoveRules {
    private MoveRules() {}

    static @Nullable Refused move(Draft draft, ControlCommand.MoveGroup move) {
        Tenant tenant = draft.state().tenant(move.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(move.tenant());
        }
        Group group = tenant.groups().get(move.group());
        if (group == null) {
            return GroupRules.noGroup(tenant, move.group());
        }
        int placed = draft.state().cluster().replicas().size();
        int shards = placed > 0 ? placed : move.shardCount();
        Refused refused = check(draft, group, move.shard(), shards);
        if (refused == null) {
            draft.tenant = tenant;
            draft.moveGroup(tenant, group, move.shard());
            draft.changes.add(Change.update(
                    "shard of group " + group.name(), String.valueOf(group.shard()), String.valueOf(move.shard())));
        }
        return refused;
    }

    private static @Nullable Refused check(Draft draft, Group group, int shard, int shards) {
        if (shard < 0 || shard >= shards) {
            return Refused.invalid("shard", "there is no shard " + shard + ": shards are 0 to " + (shards - 1));
        }
        if (!group.ready()) {
            return Refused.conflict(
                    "", "group '" + group.name() + "' is not made yet: GET /v1/pending says what it waits for");
        }
        Refused moving = refuseWhileMoving(draft.state(), group);
        if (moving != null) {
            return moving;
        }
        return shard == group.shard()
                ? Refused.conflict("shard", "group '" + group.name() + "' is in shard " + shard + " already")
                : null;
    }

    /** A group on its way can neither be deleted nor moved on. */
    static @Nullable Refused refuseWhileMoving(ControlState state, Group group) {
        for (ShardTask task : state.tasks().values()) {
            if (task.groupId() == group.id() && task.moves()) {
                return Refused.conflict(
                        "",
                        "group '" + group.name() + "' is being moved (" + task.describe()
                                + "): try again when GET /v1/pending no longer shows it");
            }
        }
        return null;
    }

    static @Nullable Refused refuseWhileMoving(ControlState state, Tenant tenant) {
        for (Group group : tenant.groups().values()) {
            Refused refused = refuseWhileMoving(state, group);
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    /** The group stays; the other shard lets go of what arrived there. */
    static @Nullable Refused callOff(Draft draft, ControlCommand.CallOffMove callOff) {
        ShardTask task = draft.state().task(callOff.task());
        if (task == null || task.kind() != ShardTask.Kind.MOVE_GROUP) {
            return null;
        }
        draft.tenant = draft.state().tenant(task.tenant());
        draft.droppedTasks.add(task.id());
        draft.tasks.add(task.then(draft.nextId(), ShardTask.Kind.FORGET_IMPORT, task.toShard()));
        draft.changes.add(Change.update(
                "shard of group " + task.group(),
                String.valueOf(task.toShard()),
                task.shard() + ": " + callOff.reason()));
        return null;
    }

    /** The group is in its new shard: whatever else it waits for is for that one to do. Answers the task that is left for the old one. */
    static long moved(ControlState state, ShardTask move, int ordinal) {
        Tenant tenant = state.tenant(move.tenant());
        Group group = tenant == null ? null : tenant.groups().get(move.group());
        if (tenant != null && group != null && group.id() == move.groupId()) {
            state.put(tenant.withGroup(group.inShard(move.toShard()), tenant.changedMs()));
        }
        for (ShardTask task : List.copyOf(state.tasks().values())) {
            if (task.groupId() == move.groupId() && !task.moves()) {
                state.put(task.inShard(move.toShard()));
            }
        }
        long id = state.counters().lastIndex() << 16 | ordinal;
        state.put(move.then(id, ShardTask.Kind.LEAVE_GROUP, move.shard()));
        return id;
    }
}
