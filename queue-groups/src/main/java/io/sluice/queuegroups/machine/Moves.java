package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.MoveCommands.HoldStep;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.MoveStatus.Stage;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Groups of one shard on their way to another one, or from there.
 *
 * <p>A group that leaves is <em>held</em>: it does not change, so that its state can be copied over any time. Once it is <em>sealed</em>, the other shard's log decides: the
 * group is adopted there, or forgotten. Moves of one group have ascending ids; of the last one that ended here it is kept how, so that what comes late is refused.
 */
final class Moves {
    private static final HoldStep[] STEPS = HoldStep.values();
    private static final Stage[] STAGES = Stage.values();

    static final Refusal TOO_OLD =
            new Refusal(ErrorCode.FORBIDDEN, "a node of the shard runs a release that cannot move groups: upgrade it");

    private final ShardScope scope;
    private final Groups groups;
    private final Long2ObjectLinkedOpenHashMap<Hold> holds = new Long2ObjectLinkedOpenHashMap<>(2);
    private final Long2ObjectLinkedOpenHashMap<Arrival> arrivals = new Long2ObjectLinkedOpenHashMap<>(2);
    private final Long2ObjectLinkedOpenHashMap<End> ends = new Long2ObjectLinkedOpenHashMap<>(2);

    /** Groups that went away and did not come back. */
    private final LongLinkedOpenHashSet away = new LongLinkedOpenHashSet(2);

    /** @param atMs machine time from which on the group does not change */
    private record Hold(long moveId, boolean sealed, long atMs) {}

    /** How a move ended here: CALLED_OFF, LEFT, ADOPTED or FORGOTTEN. */
    private record End(long moveId, Stage how) {}

    Moves(ShardScope scope, Groups groups) {
        this.scope = scope;
        this.groups = groups;
    }

    /** Whether any group is on its way. */
    boolean any() {
        return !holds.isEmpty() || !arrivals.isEmpty();
    }

    /** Whether the group is held here or went away: what its clients ask is dropped, as if it was lost on its way, until they ask where it is then. */
    boolean isAway(long groupId) {
        return holds.containsKey(groupId) || away.contains(groupId);
    }

    MoveStatus status(long groupId, long moveId) {
        End end = ends.get(groupId);
        if (end != null && end.moveId() >= moveId) {
            return MoveStatus.of(end.how());
        }
        Hold hold = holds.get(groupId);
        if (hold != null) {
            return MoveStatus.of(hold.sealed() ? Stage.SEALED : Stage.HELD);
        }
        Arrival arrival = arrivals.get(groupId);
        if (arrival != null && arrival.moveId() == moveId) {
            return arrival.status();
        }
        GroupMachine group = groups.find(groupId);
        if (group != null && group.left()) {
            return MoveStatus.of(Stage.LEFT);
        }
        return MoveStatus.of(group == null || group.deleted() ? Stage.ABSENT : Stage.HERE);
    }

    /** The state of a held group, the same whenever and wherever it is asked for; null where no such group is held. */
    @Nullable
    GroupImage image(long groupId) {
        Hold hold = holds.get(groupId);
        GroupMachine group = groups.find(groupId);
        return hold == null || group == null ? null : GroupImage.of(group, hold.atMs());
    }

    /** Why a command is refused. Null where it was done, or had been before. */
    record Refusal(ErrorCode code, String message) {}

    @Nullable
    Refusal apply(CommandReader command, MessageArea area, int firstOrdinal) {
        long moveId = command.i64();
        End end = ends.get(command.groupId());
        if (end != null && end.moveId() > moveId) {
            return new Refusal(ErrorCode.FORBIDDEN, "a newer move of the queue group was here already");
        }
        Stage ended = end != null && end.moveId() == moveId ? end.how() : null;
        return switch (command.type()) {
            case HOLD_GROUP -> hold(command, moveId, ended);
            case LEAVE_GROUP -> leave(command, moveId, ended);
            case IMPORT_STATE -> importState(command, moveId, ended);
            case IMPORT_MESSAGES -> importMessages(command, moveId, ended, area, firstOrdinal);
            case ADOPT_GROUP -> adopt(command, moveId, ended);
            case FORGET_IMPORT -> forget(command, moveId, ended);
            default -> throw new MalformedCommandException(command.type() + " is not for a move");
        };
    }

    private static @Nullable Refusal unless(Stage wanted, Stage ended) {
        return ended == wanted ? null : new Refusal(ErrorCode.FORBIDDEN, "the move ended here: " + ended);
    }

    private @Nullable GroupMachine group(CommandReader command) {
        GroupMachine group = groups.find(command.groupId());
        boolean here = group != null && !group.deleted() && group.tenantId() == command.tenantId();
        return here ? group : null;
    }

    private @Nullable Refusal hold(CommandReader command, long moveId, @Nullable Stage ended) {
        int wire = command.u8();
        command.end();
        if (wire >= STEPS.length) {
            throw new MalformedCommandException("hold step " + wire);
        }
        HoldStep step = STEPS[wire];
        if (ended != null) {
            boolean lift = step == HoldStep.LIFT || step == HoldStep.LIFT_SEALED;
            return unless(lift ? Stage.CALLED_OFF : Stage.LEFT, ended);
        }
        GroupMachine group = group(command);
        if (group == null) {
            return new Refusal(ErrorCode.NOT_FOUND, "the queue group is not here");
        }
        if (group.quarantinedIndex() != 0) {
            return new Refusal(ErrorCode.FORBIDDEN, group.quarantineNotice());
        }
        Hold hold = holds.get(group.groupId());
        if (hold != null && hold.moveId() != moveId) {
            return new Refusal(ErrorCode.FORBIDDEN, "the queue group is held for another move");
        }
        return switch (step) {
            case HOLD -> hold(group, moveId, hold);
            case SEAL -> seal(group, hold);
            case LIFT -> lift(group, moveId, hold, false);
            case LIFT_SEALED -> lift(group, moveId, hold, true);
        };
    }

    private @Nullable Refusal hold(GroupMachine group, long moveId, @Nullable Hold hold) {
        if (hold == null) {
            holds.put(group.groupId(), new Hold(moveId, false, scope.nowMs()));
            group.held(true);
            groups.changed(group);
        }
        return null;
    }

    private @Nullable Refusal seal(GroupMachine group, @Nullable Hold hold) {
        if (hold == null) {
            return new Refusal(ErrorCode.FORBIDDEN, "the queue group is not held");
        }
        holds.put(group.groupId(), new Hold(hold.moveId(), true, hold.atMs()));
        return null;
    }

    private @Nullable Refusal lift(GroupMachine group, long moveId, @Nullable Hold hold, boolean thoughSealed) {
        if (hold != null && hold.sealed() && !thoughSealed) {
            return new Refusal(ErrorCode.FORBIDDEN, "the queue group is sealed: it may be adopted elsewhere already");
        }
        ends.put(group.groupId(), new End(moveId, Stage.CALLED_OFF));
        if (hold != null) {
            holds.remove(group.groupId());
            group.resume();
            groups.changed(group);
        }
        return null;
    }

    private @Nullable Refusal leave(CommandReader command, long moveId, @Nullable Stage ended) {
        command.end();
        if (ended != null) {
            return unless(Stage.LEFT, ended);
        }
        GroupMachine group = group(command);
        Hold hold = holds.get(command.groupId());
        if (group == null || hold == null || hold.moveId() != moveId || !hold.sealed()) {
            return new Refusal(ErrorCode.FORBIDDEN, "the queue group is not sealed for this move");
        }
        holds.remove(group.groupId());
        ends.put(group.groupId(), new End(moveId, Stage.LEFT));
        away.add(group.groupId());
        group.leave();
        groups.changed(group);
        return null;
    }

    private @Nullable Refusal importState(CommandReader command, long moveId, @Nullable Stage ended) {
        long totalBytes = command.i64();
        int crc = command.i32();
        long offset = command.i64();
        byte[] bytes = command.rest();
        if (totalBytes < 1 || totalBytes > Integer.MAX_VALUE - 64 || offset < 0) {
            throw new MalformedCommandException("state of " + totalBytes + " bytes from " + offset);
        }
        if (ended != null) {
            return unless(Stage.ADOPTED, ended);
        }
        Refusal refusal = begin(command, moveId, (int) totalBytes, crc);
        if (refusal != null) {
            return refusal;
        }
        Arrival arrival = arrivals.get(command.groupId());
        return arrival.addState(offset, bytes) ? null : notNext();
    }

    private static Refusal notNext() {
        return new Refusal(ErrorCode.OUT_OF_SEQUENCE, "something that comes before is missing");
    }

    private @Nullable Refusal begin(CommandReader command, long moveId, int totalBytes, int crc) {
        long groupId = command.groupId();
        Arrival known = arrivals.get(groupId);
        if (known != null && known.moveId() == moveId) {
            return known.isOf(totalBytes, crc) ? null : new Refusal(ErrorCode.FORBIDDEN, "it is another state");
        }
        if (known != null && known.moveId() > moveId) {
            return new Refusal(ErrorCode.FORBIDDEN, "a newer move of the queue group is on its way");
        }
        if (groups.wasDeleted(groupId)) {
            return new Refusal(ErrorCode.NOT_FOUND, "the queue group was deleted");
        }
        if (groups.find(groupId) != null) {
            return away.contains(groupId)
                    ? new Refusal(
                            ErrorCode.UNAVAILABLE, "what the queue group left here is still being released; retry")
                    : new Refusal(ErrorCode.ALREADY_EXISTS, "the queue group is here");
        }
        if (known != null) {
            known.releaseAll();
        }
        Ledger ledger = new Ledger(command.tenantId(), groups.pins());
        arrivals.put(groupId, new Arrival(moveId, ledger, totalBytes, crc));
        return null;
    }

    private @Nullable Refusal importMessages(
            CommandReader command, long moveId, @Nullable Stage ended, MessageArea area, int firstOrdinal) {
        long offset = command.i64();
        command.i32();
        if (area.count() == 0 || offset < 0) {
            throw new MalformedCommandException("messages of an IMPORT_MESSAGES do not add up");
        }
        if (ended != null) {
            return unless(Stage.ADOPTED, ended);
        }
        Arrival arrival = arrivals.get(command.groupId());
        if (arrival == null || arrival.moveId() != moveId) {
            return notNext();
        }
        int bytes = command.payloadEnd() - area.position();
        Run run = new Run(0, scope.index(), firstOrdinal, area.count(), bytes, Run.NEVER, 0, 0, false);
        return arrival.addMessages(offset, run) ? null : notNext();
    }

    private @Nullable Refusal adopt(CommandReader command, long moveId, @Nullable Stage ended) {
        long totalBytes = command.i64();
        int crc = command.i32();
        long messages = command.i64();
        command.end();
        if (ended != null) {
            return unless(Stage.ADOPTED, ended);
        }
        Arrival arrival = arrivals.get(command.groupId());
        if (arrival == null || arrival.moveId() != moveId || arrival.tenantId() != command.tenantId()) {
            return new Refusal(ErrorCode.FORBIDDEN, "nothing of this move arrived");
        }
        if (!arrival.isOf(totalBytes, crc)) {
            return new Refusal(ErrorCode.FORBIDDEN, "it is another state");
        }
        if (!arrival.hasState() || arrival.messages() != messages) {
            return notNext();
        }
        arrivals.remove(command.groupId());
        return adopt(command.groupId(), moveId, arrival);
    }

    private @Nullable Refusal adopt(long groupId, long moveId, Arrival arrival) {
        GroupMachine group;
        try {
            group = GroupImage.adopt(arrival, groups.context(arrival.tenantId(), groupId));
        } catch (RuntimeException e) {
            // A bug, on every replica alike. The group is whole where it came from.
            arrival.releaseAll();
            ends.put(groupId, new End(moveId, Stage.FORGOTTEN));
            return new Refusal(ErrorCode.INTERNAL, "the state that arrived cannot be used: " + e.getMessage());
        }
        ends.put(groupId, new End(moveId, Stage.ADOPTED));
        away.remove(groupId);
        groups.add(group);
        group.limitsChanged();
        groups.changed(group);
        return null;
    }

    private @Nullable Refusal forget(CommandReader command, long moveId, @Nullable Stage ended) {
        command.end();
        if (ended != null) {
            return unless(Stage.FORGOTTEN, ended);
        }
        Arrival arrival = arrivals.get(command.groupId());
        if (arrival != null && arrival.moveId() <= moveId) {
            arrivals.remove(command.groupId());
            arrival.releaseAll();
        }
        ends.put(command.groupId(), new End(moveId, Stage.FORGOTTEN));
        return null;
    }

    void verify(Consumer<Arrival> counted) {
        holds.forEach((groupId, hold) -> {
            GroupMachine group = groups.find(groupId);
            Check.that(group != null && group.held() && !group.deleted(), "a hold without its group");
        });
        long held = groups.all().stream().filter(GroupMachine::held).count();
        Check.same(holds.size(), held, "held groups");
        arrivals.forEach((groupId, arrival) -> {
            Check.that(groups.find(groupId) == null, "a group arrives that is here");
            counted.accept(arrival);
        });
    }

    void write(StateWriter out) {
        out.varint(holds.size());
        holds.forEach((groupId, hold) -> {
            out.varint(groupId);
            out.varint(hold.moveId());
            out.bool(hold.sealed());
            out.i64(hold.atMs());
        });
        out.varint(ends.size());
        ends.forEach((groupId, end) -> {
            out.varint(groupId);
            out.varint(end.moveId());
            out.u8(end.how().ordinal());
        });
        out.varint(away.size());
        away.forEach(out::varint);
        out.varint(arrivals.size());
        arrivals.forEach((groupId, arrival) -> {
            out.varint(groupId);
            arrival.write(out);
        });
    }

    /** After the groups. */
    void read(StateReader in) {
        for (int left = in.count(); left > 0; left--) {
            long groupId = in.varint();
            holds.put(groupId, new Hold(in.varint(), in.bool(), in.i64()));
            GroupMachine group = groups.find(groupId);
            if (group != null) {
                group.held(true);
                groups.changed(group);
            }
        }
        for (int left = in.count(); left > 0; left--) {
            ends.put(in.varint(), new End(in.varint(), STAGES[in.u8()]));
        }
        for (int left = in.count(); left > 0; left--) {
            long groupId = in.varint();
            away.add(groupId);
            groups.goneElsewhere(groupId);
        }
        for (int left = in.count(); left > 0; left--) {
            arrivals.put(in.varint(), Arrival.read(in, groups.pins()));
        }
    }
}
