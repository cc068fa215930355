package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.GroupForm;
import io.sluice.queuegroups.api.Origin;
import java.util.List;
import java.util.function.Consumer;

/** The commands of one shard that concern its groups, one or all of them; a bug in one group stops that group alone. */
final class GroupCommands {
    private final ShardScope scope;
    private final Groups groups;
    private final Moves moves;

    GroupCommands(ShardScope scope, Groups groups, Moves moves) {
        this.scope = scope;
        this.groups = groups;
        this.moves = moves;
    }

    void refuse(CommandReader command, ErrorCode code, String message) {
        scope.emit(command.groupId(), command.origin(), RefusedCommand.effect(command, code, message));
    }

    void applyToGroup(CommandReader command, MessageArea area, int firstOrdinal) {
        GroupMachine group = groups.find(command.groupId());
        if (moves.isAway(command.groupId())) {
            dropAway(command);
        } else if (group == null || group.deleted() || group.tenantId() != command.tenantId()) {
            refuse(command, ErrorCode.NOT_FOUND, "the queue group does not exist");
        } else if (group.quarantinedIndex() != 0) {
            refuse(command, ErrorCode.UNAVAILABLE, group.quarantineNotice());
        } else {
            guarded(group, () -> group.apply(command, area, firstOrdinal), () -> {
                refuse(command, ErrorCode.UNAVAILABLE, group.quarantineNotice());
            });
        }
    }

    /** A client's gateway asks again, and by then where the group is; the node's own must be told. */
    private void dropAway(CommandReader command) {
        if (command.origin() == Origin.INTERNAL.pack()) {
            refuse(command, ErrorCode.UNAVAILABLE, "the queue group moves to another shard; retry");
        }
    }

    /** @param possible whether every replica can */
    void move(CommandReader command, MessageArea area, int firstOrdinal, boolean possible) {
        GroupMachine group = groups.find(command.groupId());
        Runnable change = () -> {
            Moves.Refusal refusal = possible ? moves.apply(command, area, firstOrdinal) : Moves.TOO_OLD;
            if (refusal != null) {
                refuse(command, refusal.code(), refusal.message());
            }
        };
        if (group == null) {
            change.run();
        } else {
            guarded(group, change, () -> refuse(command, ErrorCode.FORBIDDEN, group.quarantineNotice()));
        }
    }

    /**
     * A bug stops this group alone, at the same index on every replica. An {@link Error} is not caught: where a stack or a heap ends is no function of the log, so
     * it ends the node.
     */
    private void guarded(GroupMachine group, Runnable change, Runnable otherwise) {
        try {
            change.run();
        } catch (MalformedCommandException e) {
            throw e;
        } catch (RuntimeException e) {
            scope.discardEffects();
            group.quarantine(e);
            otherwise.run();
        } finally {
            groups.changed(group);
        }
    }

    void tick() {
        WorkBudget budget = new WorkBudget(scope.limits().tickWorkCount());
        for (GroupMachine group : groups.due()) {
            if (budget.exhausted()) {
                return;
            }
            guarded(group, () -> group.tick(budget), () -> {});
        }
    }

    /** @param mayHaveGrace whether the command can leave consumers a grace */
    void loseGateway(CommandReader command, boolean mayHaveGrace) {
        int node = command.u16();
        int boot = command.i32();
        long graceMs = mayHaveGrace && command.remaining() > 0 ? command.i64() : 0;
        command.end();
        inEachGroup(group -> group.lose(client -> client.isOfGateway(node, boot), graceMs));
    }

    /** Of those that may change. */
    void inEachGroup(Consumer<GroupMachine> change) {
        for (GroupMachine group : List.copyOf(groups.all())) {
            if (!group.isStill()) {
                guarded(group, () -> change.accept(group), () -> {});
            }
        }
    }

    void defineGroup(CommandReader command) {
        long controlIndex = command.i64();
        GroupForm form = command.form();
        String name = command.string() + "/" + command.string();
        command.end();
        GroupMachine group = groups.find(command.groupId());
        if (moves.isAway(command.groupId())) {
            dropAway(command);
            return;
        }
        boolean foreign = group != null && group.tenantId() != command.tenantId();
        if (foreign || groups.wasDeleted(command.groupId())) {
            refuse(command, ErrorCode.NOT_FOUND, "the queue group was deleted; its id is not used again");
        } else if (group != null) {
            group.redefine(controlIndex, form, name);
        } else {
            GroupContext context = groups.context(command.tenantId(), command.groupId());
            groups.add(new GroupMachine(context, form, controlIndex, name));
        }
    }
}
