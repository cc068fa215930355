package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protocol.GroupForm;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.machine.MachineLimits;
import io.sluice.queuegroups.machine.ShardEntry;
import io.sluice.queuegroups.machine.ShardEntryWriter;
import io.sluice.queuegroups.machine.ShardMachine;
import io.sluice.queuegroups.shard.ShardStateMachine.LoggedHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replicas compare their states, regularly and at the same entry. */
class StateHashesTest {
    private final ShardStateMachine leader = machine();
    private final ShardStateMachine follower = machine();
    private final List<Pending> proposed = new ArrayList<>();
    private long nowMs;
    private long index;
    private final StateHashes hashes = new StateHashes(leader, () -> nowMs, proposed::add);

    @Test
    void replicasThatAgreeGoOn() {
        define(7, leader, follower);
        hash();
        define(8, leader, follower);
        hash();

        assertThat(follower.loggedHash()).isEqualTo(leader.loggedHash());
        assertThat(leader.loggedHash().index()).isEqualTo(index);
    }

    @Test
    void replicaThatDiffersStopsAtTheNextComparison() {
        define(7, leader, follower);
        define(8, leader);
        hash();

        assertThatThrownBy(this::hash)
                .isInstanceOf(StateDivergedException.class)
                .hasMessageContaining("entry " + index)
                .hasMessageContaining("cannot be known");
    }

    @Test
    void hashOfAnotherReleaseFormIsNotCompared() {
        define(7, leader, follower);
        hash();
        LoggedHash before = leader.loggedHash();
        ShardCommand same = Commands.stateHash(before.index(), before.hash() + 1);
        ShardCommand other =
                new ShardCommand(CommandType.STATE_HASH, Commands.HASH_FORM + 1, 0, 0, 0, 0, same.head(), same.tail());
        apply(other, follower);
        assertThat(follower.machine().divergedIndex()).isZero();
    }

    @Test
    void entryOrCommandOfNewerReleaseStopsTheReplicaAndSaysWhatToDo() {
        assertThatThrownBy(() -> follower.apply(1, altered(0)))
                .hasMessageContaining("entry 1: entry version 9")
                .hasMessageContaining("upgrade this node");
        assertThatThrownBy(() -> machine().apply(1, altered(ShardEntry.HEADER_BYTES + 4)))
                .hasMessageContaining("command type 9");
        assertThatThrownBy(() -> machine().apply(1, altered(ShardEntry.HEADER_BYTES + 5)))
                .hasMessageContaining("version 9");
    }

    private static ByteBuffer altered(int at) {
        ShardEntryWriter writer = new ShardEntryWriter(ByteBuffer.allocate(1024));
        assertThat(writer.tryAdd(Commands.tick())).isTrue();
        return writer.finish(1_000).put(at, (byte) 9);
    }

    @Test
    void proposesAfterSoManyBytesAndOnlyOneAtATime() {
        hashes.applied((int) StateHashes.EVERY_BYTES - 1);
        hashes.proposeIfDue();
        assertThat(proposed).isEmpty();

        hashes.applied(1);
        hashes.proposeIfDue();
        hashes.proposeIfDue();
        assertThat(proposed).hasSize(1);

        done(null);
        hashes.proposeIfDue();
        assertThat(proposed).hasSize(1);
    }

    @Test
    void proposesAfterMinutesInWhichSomethingWasLogged() {
        nowMs += StateHashes.EVERY_MS;
        hashes.proposeIfDue();
        assertThat(proposed).isEmpty();

        hashes.applied(100);
        hashes.proposeIfDue();
        assertThat(proposed).hasSize(1);
    }

    @Test
    void proposesAgainWhatCouldNotBeLogged() {
        hashes.applied((int) StateHashes.EVERY_BYTES);
        hashes.proposeIfDue();
        done(new IllegalStateException("no leader"));
        hashes.proposeIfDue();
        assertThat(proposed).hasSize(2);
    }

    private void done(Throwable failure) {
        Pending.Done done = proposed.get(proposed.size() - 1).done();
        assertThat(done).isNotNull();
        done.done(failure);
    }

    /** The leader's next STATE_HASH, applied by both. */
    private void hash() {
        LoggedHash before = leader.loggedHash();
        apply(Commands.stateHash(before.index(), before.hash()), leader, follower);
    }

    private void define(long groupId, ShardStateMachine... at) {
        apply(Commands.defineGroup(1, groupId, 1, GroupForm.WORK, "t", "g" + groupId), at);
    }

    private void apply(ShardCommand command, ShardStateMachine... at) {
        ShardEntryWriter writer = new ShardEntryWriter(ByteBuffer.allocate(1024));
        assertThat(writer.tryAdd(command)).isTrue();
        ByteBuffer entry = writer.finish(1_000);
        index++;
        for (ShardStateMachine machine : at) {
            machine.apply(index, entry.duplicate());
        }
    }

    private static ShardStateMachine machine() {
        return new ShardStateMachine(MachineLimits.DEFAULT, new Nothing(), new Nothing());
    }

    private static final class Nothing implements ShardStateMachine.EffectSink, ShardStateMachine.Leadership {
        @Override
        public void emit(long groupId, long origin, Effect effect) {}

        @Override
        public void flush() {}

        @Override
        public void leading(ShardMachine machine) {}

        @Override
        public void following() {}
    }
}
