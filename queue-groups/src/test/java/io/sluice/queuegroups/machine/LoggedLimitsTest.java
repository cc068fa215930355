package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.GROUP;
import static io.sluice.queuegroups.machine.Harness.ORIGIN;
import static io.sluice.queuegroups.machine.Harness.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Two replicas of one log on nodes that are configured differently. */
class LoggedLimitsTest {
    private static final MachineLimits SMALL = new MachineLimits(2, 1_000, 10, 1_000, 2, 1_000);
    private static final MachineLimits LARGE = new MachineLimits(50, 9_000, 20, 2_000, 4, 500);

    private final Harness leader = new Harness(SMALL);
    private final ShardMachine follower = new ShardMachine(LARGE);
    private long replicated;

    private void apply(ShardCommand... commands) {
        leader.apply(commands);
        leader.log.tailMap(replicated, false).forEach((index, entry) -> {
            follower.apply(index, entry.duplicate(), Effects.DROP);
            replicated = index;
        });
        follower.verify();
    }

    private void openProducers(int count) {
        for (int i = 0; i < count; i++) {
            apply(Commands.openProducer(TENANT, GROUP, ORIGIN, i + 1, "producer-" + i));
        }
    }

    @Test
    void replicasOfDifferentlyConfiguredNodesStayEqual() {
        apply(Commands.raiseVersion(2));
        apply(SMALL.command());
        openProducers(5);
        leader.nowMs += 5_000;
        apply(Commands.gatewayLost(1, 1));
        leader.nowMs += 1_500;
        apply(Commands.tick());

        assertThat(follower.limits()).isEqualTo(SMALL);
        assertThat(follower.nextDueMs()).isEqualTo(leader.machine.nextDueMs());
        assertThat(follower.stateHash()).isEqualTo(leader.machine.stateHash());
    }

    @Test
    void withoutLoggedLimitsTheyWouldDiverge() {
        openProducers(5);
        assertThat(follower.stateHash()).isNotEqualTo(leader.machine.stateHash());
    }

    @Test
    void versionTwoStartsFromLimitsThatAllNodesKnow() {
        apply(Commands.raiseVersion(2));
        assertThat(leader.machine.limits()).isEqualTo(MachineLimits.DEFAULT).isEqualTo(follower.limits());
        assertThat(follower.stateHash()).isEqualTo(leader.machine.stateHash());
    }

    @Test
    void snapshotsCarryThem() {
        apply(Commands.raiseVersion(2), SMALL.command());
        ShardMachine restored = ShardMachine.restore(Harness.join(leader.machine.capture()), LARGE);
        assertThat(restored.limits()).isEqualTo(SMALL);
        assertThat(restored.stateHash()).isEqualTo(leader.machine.stateHash());
    }

    @Test
    void aSnapshotOfVersionOneLeavesThemToTheNode() {
        openProducers(1);
        ByteBuffer snapshot = Harness.join(leader.machine.capture());
        assertThat(ShardMachine.restore(snapshot, LARGE).limits()).isEqualTo(LARGE);
    }

    @Test
    void versionOneRefusesThem() {
        assertThat(Harness.only(leader.apply(LARGE.command()), Effect.Failed.class))
                .singleElement()
                .extracting(Effect.Failed::message)
                .asString()
                .contains("machine version 2");
        assertThat(leader.machine.limits()).isEqualTo(SMALL);
    }

    @Test
    void whenIdleProducersAreForgottenFollowsTheNewLimit() {
        apply(Commands.raiseVersion(2), LARGE.command());
        openProducers(1);
        apply(Commands.gatewayLost(1, 1));
        apply(SMALL.command());
        assertThat(leader.machine.nextDueMs()).isLessThanOrEqualTo(leader.nowMs + SMALL.producerExpiryMs());
        assertThat(follower.stateHash()).isEqualTo(leader.machine.stateHash());
    }

    @Test
    void refusesLimitsBelowOne() {
        apply(Commands.raiseVersion(2));
        leader.apply(new MachineLimits(0, 1, 1, 1, 1, 1).command());
        assertThat(leader.machine.limits()).isEqualTo(MachineLimits.DEFAULT);
        assertThat(leader.machine.malformedCount()).isOne();
    }

    @Test
    void refusesASnapshotWithLimitsBelowOne() {
        apply(Commands.raiseVersion(2));
        StateWriter out = new StateWriter();
        new MachineLimits(1, 1, 1, 1, 1, 0).write(out);
        StateReader in = new StateReader(ByteBuffer.wrap(out.toByteArray()));
        assertThatThrownBy(() -> MachineLimits.read(in)).hasMessageContaining("below 1");
    }
}
