package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.QueueStats;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one shard: every queue group in it, as a pure function of the log.
 *
 * <p><em>Invariants:</em> the same entries give the same state and the same effects on every replica; machine time never goes back; {@link #apply} throws
 * for no content whatever (a malformed command is refused, a bug quarantines its group). <em>Confined to:</em> the shard's apply thread;
 * a {@link Snapshot} may leave it.
 */
public final class ShardMachine {
    /** The newest behaviour this release knows. */
    public static final int NEWEST_VERSION = 4;

    /** From this version on the limits are state, set by SET_LIMITS; before it they are what each node is configured with. */
    public static final int LIMITS_ARE_STATE = 2;

    /** From this version on GATEWAY_LOST may leave consumers a grace. */
    public static final int LOST_GATEWAYS_HAVE_GRACE = 3;

    /** From this version on groups can go to another shard. */
    public static final int GROUPS_MOVE = 4;

    private final ShardScope scope;
    private final Groups groups;
    private final Moves moves;
    private final GroupCommands commands;
    private int machineVersion = 1;
    private final HashLog hashes = new HashLog();
    private long malformedCount;

    /** @param limits in force until SET_LIMITS sets others */
    public ShardMachine(MachineLimits limits) {
        this.scope = new ShardScope(limits);
        this.groups = new Groups(scope);
        this.moves = new Moves(scope, groups);
        this.commands = new GroupCommands(scope, groups, moves);
    }

    /**
     * A machine that continues from a snapshot.
     *
     * @param snapshot the concatenated {@link Snapshot#parts()}
     * @throws IllegalArgumentException when it is damaged or of an unknown format
     */
    public static ShardMachine restore(ByteBuffer snapshot, MachineLimits limits) {
        ShardMachine machine = new ShardMachine(limits);
        machine.read(Snapshot.open(snapshot));
        return machine;
    }

    Groups groups() {
        return groups;
    }

    /** Applies one log entry; effects are handed over in order. The entry is not kept. */
    public void apply(long index, ByteBuffer entry, Effects effects) {
        CommandReader command = new CommandReader(entry);
        scope.enter(index, command.timeMs());
        int ordinal = 0;
        while (command.next()) {
            MessageArea area = MessageArea.of(command);
            try {
                apply(command, area, ordinal);
            } catch (MalformedCommandException e) {
                malformedCount++;
                scope.discardEffects();
                commands.refuse(command, ErrorCode.INTERNAL, "malformed command: " + e.getMessage());
            }
            ordinal += area.count();
            scope.flush(effects);
        }
        if (command.damaged()) {
            malformedCount++;
        }
    }

    private void apply(CommandReader command, MessageArea area, int firstOrdinal) {
        switch (command.type()) {
            case TICK -> commands.tick();
            case RAISE_VERSION -> raiseVersion(command);
            case STATE_HASH -> hashes.apply(command, scope.index(), this::stateHash);
            case SET_LIMITS -> setLimits(command);
            case GATEWAY_LOST -> commands.loseGateway(command, machineVersion >= LOST_GATEWAYS_HAVE_GRACE);
            case DEFINE_GROUP -> commands.defineGroup(command);
            case HOLD_GROUP, LEAVE_GROUP, IMPORT_STATE, IMPORT_MESSAGES, ADOPT_GROUP, FORGET_IMPORT ->
                commands.move(command, area, firstOrdinal, machineVersion >= GROUPS_MOVE);
            default -> commands.applyToGroup(command, area, firstOrdinal);
        }
    }

    private void raiseVersion(CommandReader command) {
        int version = command.i32();
        command.end();
        if (version > NEWEST_VERSION) {
            commands.refuse(command, ErrorCode.FORBIDDEN, "the newest machine version here is " + NEWEST_VERSION);
        } else {
            if (machineVersion < LIMITS_ARE_STATE && version >= LIMITS_ARE_STATE) {
                limit(MachineLimits.DEFAULT);
            }
            machineVersion = Math.max(machineVersion, version);
        }
    }

    private void setLimits(CommandReader command) {
        MachineLimits changed = MachineLimits.read(command);
        if (machineVersion < LIMITS_ARE_STATE) {
            commands.refuse(
                    command, ErrorCode.FORBIDDEN, "limits are logged from machine version " + LIMITS_ARE_STATE + " on");
        } else {
            limit(changed);
        }
    }

    private void limit(MachineLimits changed) {
        scope.limit(changed);
        commands.inEachGroup(GroupMachine::limitsChanged);
    }

    /** Index of the last entry applied. */
    public long appliedIndex() {
        return scope.index();
    }

    /** Machine time in ms. */
    public long timeMs() {
        return scope.nowMs();
    }

    /**
     * Machine time from which on a TICK has something to do; {@link Long#MAX_VALUE} for never. At or below {@link #timeMs()}: more work waits, tick again. It may
     * be early (then the tick does nothing but correct it): whoever proposes ticks should leave some ms between two.
     */
    public long nextDueMs() {
        return groups.nextDueMs();
    }

    /** Behaviour in force, raised by RAISE_VERSION. */
    public int machineVersion() {
        return machineVersion;
    }

    /** Limits in force. */
    public MachineLimits limits() {
        return scope.limits();
    }

    /** Takes references and copies small state; a few milliseconds. */
    public Snapshot capture() {
        StateWriter out = new StateWriter();
        Snapshot.begin(out);
        write(out);
        return new Snapshot(scope.index(), out.finish());
    }

    /**
     * Hash of the state, earlier hashes excepted; the same on every replica at the same index. Cost is that of {@link #capture()}: chunks of a backlog count by
     * their checksums.
     */
    public long stateHash() {
        StateWriter out = new StateWriter();
        writeHead(out);
        writeRest(out);
        out.finish();
        return out.hash();
    }

    private void write(StateWriter out) {
        writeHead(out);
        hashes.write(out);
        writeRest(out);
    }

    private void writeRest(StateWriter out) {
        if (machineVersion >= LIMITS_ARE_STATE) {
            scope.limits().write(out);
        }
        groups.write(out);
        if (machineVersion >= GROUPS_MOVE) {
            moves.write(out);
        }
    }

    private void writeHead(StateWriter out) {
        out.i64(scope.index());
        out.i64(scope.nowMs());
        out.i32(machineVersion);
    }

    private void read(StateReader in) {
        scope.enter(in.i64(), in.i64());
        machineVersion = in.i32();
        if (machineVersion > NEWEST_VERSION) {
            throw new IllegalArgumentException("snapshot of machine version " + machineVersion + "; this release knows "
                    + NEWEST_VERSION + " at most");
        }
        hashes.read(in);
        if (machineVersion >= LIMITS_ARE_STATE) {
            scope.limit(MachineLimits.read(in));
        }
        groups.read(in);
        if (machineVersion >= GROUPS_MOVE) {
            moves.read(in);
        }
        if (in.remaining() != 0) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many in a snapshot");
        }
    }

    /** Hash taken by the last STATE_HASH command, to be sent as the {@code hash} of the next one. 0 if none. */
    public long loggedHash() {
        return hashes.hash();
    }

    /** Index of the STATE_HASH command that {@link #loggedHash()} belongs to. */
    public long loggedHashIndex() {
        return hashes.index();
    }

    /** Index of a STATE_HASH command at which this replica was seen to differ from the leader's state; 0 while it never was. The node must end. */
    public long divergedIndex() {
        return hashes.divergedIndex();
    }

    /** Commands and entries that could not be read, since this object was made; a bug of whoever wrote them. */
    public long malformedCount() {
        return malformedCount;
    }

    /** Index at which the group was quarantined after an unexpected error, 0 if it was not. */
    public long quarantinedIndex(long groupId) {
        GroupMachine group = groups.find(groupId);
        return group == null ? 0 : group.quarantinedIndex();
    }

    /** What went wrong in a quarantined group on this replica, for the log; null after a restore, or if nothing did. */
    public @Nullable Throwable quarantineCause(long groupId) {
        GroupMachine group = groups.find(groupId);
        return group == null ? null : group.quarantineCause();
    }

    /** Figures of a queue, or null where there is none. */
    public @Nullable QueueStats stats(long groupId, long queueId) {
        WorkQueue queue = queue(groupId, queueId);
        return queue == null ? null : queue.stats();
    }

    /** What became of a queue's messages that were not acked, or null where there is no such queue. */
    public @Nullable QueueCounters counters(long groupId, long queueId) {
        WorkQueue queue = queue(groupId, queueId);
        return queue == null ? null : queue.counters();
    }

    private @Nullable WorkQueue queue(long groupId, long queueId) {
        GroupMachine group = groups.find(groupId);
        return group == null ? null : group.queues().find(queueId);
    }

    /** Every queue once, for metrics. */
    public void forEachQueue(QueueVisitor visitor) {
        for (GroupMachine group : groups.all()) {
            for (WorkQueue queue : group.queues().all()) {
                visitor.visit(
                        group.tenantId(), group.groupId(), queue.definition().queueId(), queue.stats());
            }
        }
    }

    public void forEachTenant(Consumer<TenantUsage> visitor) {
        groups.tenants().forEach(ledger -> visitor.accept(ledger.usage()));
    }

    /** Told of one queue at a time. */
    @FunctionalInterface
    public interface QueueVisitor {
        void visit(long tenantId, long groupId, long queueId, QueueStats stats);
    }

    /** Origins that own a producer or a consumer: a new leader starts a keep-alive timer for each. Sorted, each once. */
    public long[] origins() {
        return groups.origins();
    }

    /** Calls the visitor for each consumer that has messages checked out, with its origin: what a leader tells gateways so that losses are found. */
    public void forEachConsumer(ObjLongConsumer<Effect.ConsumerState> visitor) {
        for (GroupMachine group : groups.all()) {
            for (Subscriber s : group.consumers().all()) {
                if (s.outMessages() > 0 && !group.held()) {
                    visitor.accept(s.state(), s.client().origin());
                }
            }
        }
    }

    /** Answers a gateway's question about a consumer of its own: with deliveries, or that there is no such consumer. Changes nothing. */
    public void answer(long origin, ConsumerAsk ask, Effects effects) {
        GroupMachine group = groups.find(ask.groupId());
        if (moves.isAway(ask.groupId())) {
            return;
        }
        if (group == null) {
            effects.emit(ask.groupId(), origin, Consumers.unknown(ask.sender(), ask.epoch()));
        } else if (group.quarantinedIndex() == 0) {
            group.consumers().answer(origin, ask, (to, effect) -> effects.emit(ask.groupId(), to.origin(), effect));
        }
    }

    /** How far a move is here. */
    public MoveStatus moveStatus(long groupId, long moveId) {
        return moves.status(groupId, moveId);
    }

    /** Bytes of the group's messages; 0 where it is not here. */
    public long groupBytes(long groupId) {
        GroupMachine group = groups.find(groupId);
        return group == null ? 0 : group.heldBytes();
    }

    /** Whether a group is on its way here or from here. */
    public boolean hasMoves() {
        return moves.any();
    }

    /** The state of a held group, for the shard that it goes to; null where no such group is held here. Cost is that of {@link #capture()} for the group alone. */
    public @Nullable GroupImage image(long groupId) {
        return moves.image(groupId);
    }

    /** Live message bytes whose entries lie in {@code [firstIndex, lastIndex]}; 0: nothing there is referred to. May over-report. */
    public long liveBytes(long firstIndex, long lastIndex) {
        return groups.pins().liveBytes(firstIndex, lastIndex);
    }

    /** Live messages of these entries, about {@code maxBytes} of them at most (at least one run if any), per group and queue, by index and ordinal. */
    public List<LiveRun> liveRuns(long firstIndex, long lastIndex, long maxBytes) {
        return LiveRuns.find(groups.all(), firstIndex, lastIndex, maxBytes);
    }

    /** Checks every invariant. @throws IllegalStateException that names the first that does not hold */
    public void verify() {
        groups.verify(moves);
    }
}
