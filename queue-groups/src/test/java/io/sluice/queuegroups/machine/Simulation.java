package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.GroupForm;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Drives one machine with random commands from a seed, checks every effect against a {@link Model}, crashes and restores it from snapshots of any age, and compares it
 * with a replica that is restored at other times.
 */
final class Simulation {
    static final int MESSAGE_BYTES = 64;
    static final long TENANT = 7;
    static final long GROUP = 1;
    /** Stands between the commands of an entry: the refusal tells which command's effects follow. */
    private static final long MARKER = 1L << 40;

    private static final ShardCommand MARKER_COMMAND = Commands.setPrefetch(TENANT, GROUP, 0, MARKER, 1, 1);

    final Random random;
    final Model model;
    final MachineLimits limits;
    /** Entries that the machine says are alive; the others are gone from disk. */
    TreeMap<Long, ByteBuffer> bodies = new TreeMap<>();

    ShardMachine machine;
    long index;
    long nextId = 1;
    List<ByteBuffer> history = new ArrayList<>();
    private List<Snapshot> snapshots = new ArrayList<>();
    private ShardMachine replica;
    private Shard other;
    private List<Action> running = List.of();
    private int current;
    private final ByteBuffer scratch = ByteBuffer.allocate(1 << 20);

    /** The shard that does not have the group now. */
    private record Shard(
            ShardMachine machine,
            ShardMachine replica,
            long index,
            TreeMap<Long, ByteBuffer> bodies,
            List<ByteBuffer> history,
            List<Snapshot> snapshots) {}

    Simulation(long seed) {
        this.random = new Random(seed);
        this.model = new Model(random.nextBoolean());
        this.limits = new MachineLimits(
                1_000, 20_000, 1_000, random.nextInt(4) == 0 ? 8 : 65_536, 10_000, random.nextInt(3) == 0 ? 3 : 1_000);
        this.machine = new ShardMachine(limits);
        this.replica = new ShardMachine(limits);
        this.other = new Shard(
                new ShardMachine(limits),
                new ShardMachine(limits),
                0,
                new TreeMap<>(),
                new ArrayList<>(),
                new ArrayList<>());
        model.nowMs = 1_000_000;
        for (int shard = 0; shard < 2; shard++) {
            raw(Commands.raiseVersion(ShardMachine.NEWEST_VERSION));
            raw(limits.command());
            swap();
        }
        ShardCommand define = Commands.defineGroup(TENANT, GROUP, 1, GroupForm.WORK, "acme", "orders");
        step(List.of(new Action(define)));
        if (random.nextBoolean()) {
            step(List.of(new Action(Commands.raiseVersion(ShardMachine.NEWEST_VERSION)), new Action(limits.command())));
        }
    }

    boolean tightLoose() {
        return limits.maxLooseRunsPerQueue() < 100;
    }

    /** Grows with every entry, whatever shard the group is in. */
    long controlIndex() {
        return index + other.index;
    }

    /** What is done now is done to the other shard. */
    void swap() {
        Shard then = new Shard(machine, replica, index, bodies, history, snapshots);
        machine = other.machine;
        replica = other.replica;
        index = other.index;
        bodies = other.bodies;
        history = other.history;
        snapshots = other.snapshots;
        other = then;
    }

    /** Applies a command that is not in the model and answers its effects. */
    List<Effect> raw(ShardCommand command) {
        ShardEntryWriter writer = new ShardEntryWriter(scratch.clear());
        assertThat(writer.tryAdd(command)).isTrue();
        model.nowMs = Math.max(machine.timeMs(), model.nowMs);
        List<Effect> effects = new ArrayList<>();
        apply(writer.finish(model.nowMs), (group, origin, effect) -> effects.add(effect));
        return effects;
    }

    private void apply(ByteBuffer filled, Effects effects) {
        ByteBuffer entry = ByteBuffer.allocate(filled.remaining()).put(filled).flip();
        bodies.put(++index, entry);
        history.add(entry);
        machine.apply(index, entry, effects);
        assertThat(machine.quarantineCause(GROUP)).isNull();
        machine.verify();
        replica.apply(index, entry, Effects.DROP);
    }

    /** Applies the actions as one entry. */
    void step(List<Action> actions) {
        ShardEntryWriter writer = new ShardEntryWriter(scratch.clear());
        assertThat(writer.tryAdd(MARKER_COMMAND)).isTrue();
        for (Action action : actions) {
            assertThat(writer.tryAdd(action.command)).isTrue();
            assertThat(writer.tryAdd(MARKER_COMMAND)).isTrue();
        }
        // A new leader's clock may lag: machine time does not go back.
        long leaderMs = model.nowMs - random.nextInt(3);
        model.nowMs = Math.max(machine.timeMs(), leaderMs);
        running = actions;
        current = -1;
        apply(writer.finish(leaderMs), this::effect);
        assertThat(current).as("commands applied").isEqualTo(actions.size());
        checkStats();
    }

    private void effect(long groupId, long origin, Effect effect) {
        if (effect.sender() == MARKER) {
            if (current >= 0) {
                running.get(current).after.run();
            }
            current++;
            model.resent.clear();
            if (current < running.size()) {
                running.get(current).before.run();
            }
        } else if (effect instanceof Effect.Deliver deliver) {
            model.deliver(origin, deliver, ids(deliver));
        } else {
            running.get(current).effect.accept(origin, effect);
        }
    }

    private List<Long> ids(Effect.Deliver deliver) {
        ByteBuffer entry = bodies.get(deliver.index());
        assertThat(entry)
                .as("entry %s of %s is not alive", deliver.index(), deliver)
                .isNotNull();
        ByteBuffer slice = EntryMessages.of(entry).slice(deliver.firstOrdinal(), deliver.count());
        List<Long> ids = new ArrayList<>();
        for (int at = 0; at < slice.limit(); at += 4 + slice.getInt(at)) {
            ids.add(Messages.id(slice, at));
        }
        return ids;
    }

    private void checkStats() {
        for (ModelQueue queue : model.queues.values()) {
            QueueStats stats = machine.stats(GROUP, queue.id);
            assertThat(stats).as("queue %s", queue.id).isNotNull();
            assertThat(stats.unacked()).as("unacked of %s", queue.id).isEqualTo(queue.checkedOut);
            assertThat(stats.ready() + stats.delayed() + stats.unacked()).isLessThanOrEqualTo(queue.held());
            if (queue.bound() != Long.MAX_VALUE) {
                assertThat(stats.ready() + stats.delayed() + stats.unacked())
                        .as("held by %s", queue.id)
                        .isEqualTo(queue.held());
            }
            assertThat(stats.consumers()).isEqualTo((int) model.consumers.values().stream()
                    .filter(c -> c.queue == queue)
                    .count());
        }
    }

    /** What is referred to no more leaves the disk. */
    void forgetDeadEntries() {
        bodies.keySet().removeIf(i -> machine.liveBytes(i, i) == 0);
    }

    /** The machine dies and comes back from a snapshot of any age and the log after it; the same state must come out. */
    void crash() {
        long hash = machine.stateHash();
        machine = recovered();
        machine.verify();
        assertThat(machine.stateHash()).as("state after a crash").isEqualTo(hash);
    }

    void restartReplica() {
        replica = recovered();
    }

    void snapshot() {
        snapshots.add(machine.capture());
        if (snapshots.size() > 3) {
            snapshots.remove(random.nextInt(3));
        }
    }

    private ShardMachine recovered() {
        ShardMachine fresh = new ShardMachine(limits);
        if (!snapshots.isEmpty() && random.nextInt(10) > 0) {
            Snapshot snapshot = snapshots.get(random.nextInt(snapshots.size()));
            fresh = ShardMachine.restore(Harness.join(snapshot), limits);
        }
        for (long i = fresh.appliedIndex() + 1; i <= index; i++) {
            fresh.apply(i, history.get((int) i - 1), Effects.DROP);
        }
        return fresh;
    }

    void compareReplica() {
        assertThat(replica.stateHash()).as("hash of the replica").isEqualTo(machine.stateHash());
    }

    /** Ticks until nothing is left to do now. */
    void settleTime() {
        for (int ticks = 0; machine.nextDueMs() <= model.nowMs; ticks++) {
            assertThat(ticks).as("ticks without an end").isLessThan(20_000);
            step(List.of(new Actions(this).tick()));
        }
        if (!tightLoose()) {
            model.checkNothingWaits();
        }
    }
}
