package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.MoveCommands;
import io.sluice.queuegroups.api.MoveCommands.GroupState;
import io.sluice.queuegroups.api.MoveCommands.HoldStep;
import io.sluice.queuegroups.api.MoveStatus.Stage;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Takes the group of a {@link Simulation} to the other shard, in random pieces, some of them twice or too early, with crashes of both, or calls that off halfway. The
 * model knows nothing of it: to clients it must make no difference.
 */
final class SimulatedMove {
    private static final long TENANT = Simulation.TENANT;
    private static final long GROUP = Simulation.GROUP;

    private final Simulation s;
    private final Random random;
    private final long moveId;
    private GroupImage image;

    SimulatedMove(Simulation simulation, long moveId) {
        this.s = simulation;
        this.random = simulation.random;
        this.moveId = moveId;
    }

    void run() {
        if (s.machine.nextDueMs() <= s.model.nowMs) {
            s.settleTime();
        }
        done(MoveCommands.holdGroup(TENANT, GROUP, moveId, HoldStep.HOLD));
        stayStill();
        image = s.machine.image(GROUP);
        TreeMap<Long, ByteBuffer> bodies = s.bodies;
        GroupMessages messages = image.messages();
        s.swap();
        boolean through = sendState() && sendMessages(messages, bodies);
        if (through) {
            adopt();
        } else {
            callOff();
        }
    }

    private void done(ShardCommand command) {
        assertThat(s.raw(command)).as("%s", command.type()).isEmpty();
    }

    private void refused(ShardCommand command, ErrorCode code) {
        assertThat(s.raw(command))
                .singleElement()
                .satisfies(effect -> assertThat(((Effect.Failed) effect).code()).isEqualTo(code));
    }

    /** What clients send to a held group is lost, and time does nothing to it. */
    private void stayStill() {
        GroupState before = s.machine.image(GROUP).state();
        long origin = Harness.ORIGIN;
        done(Commands.unsubscribe(TENANT, GROUP, origin, 1));
        done(Commands.openProducer(TENANT, GROUP, origin, 99, "late"));
        done(Commands.gatewayLost(9, 1));
        s.model.nowMs += random.nextInt(50);
        done(Commands.tick());
        disturb();
        assertThat(s.machine.image(GROUP).state()).isEqualTo(before);
        assertThat(s.machine.moveStatus(GROUP, moveId).stage()).isEqualTo(Stage.HELD);
    }

    private void disturb() {
        switch (random.nextInt(12)) {
            case 0 -> s.crash();
            case 1 -> s.restartReplica();
            case 2 -> s.snapshot();
            case 3 -> s.compareReplica();
            case 4 -> s.forgetDeadEntries();
            default -> {}
        }
    }

    private boolean sendState() {
        GroupState state = image.state();
        for (long offset = 0; offset < state.sizeBytes(); ) {
            ByteBuffer bytes = image.slice(offset, 1 + random.nextInt(random.nextInt(5) == 0 ? 50 : 5_000));
            done(MoveCommands.importState(TENANT, GROUP, moveId, state, offset, bytes));
            long next = offset + bytes.remaining();
            offset = random.nextInt(8) == 0 ? offset : next;
            disturb();
            if (random.nextInt(40) == 0) {
                return false;
            }
        }
        assertThat(s.machine.moveStatus(GROUP, moveId).stateBytes()).isEqualTo(state.sizeBytes());
        return true;
    }

    private boolean sendMessages(GroupMessages messages, TreeMap<Long, ByteBuffer> from) {
        long first = 0;
        while (!messages.isEmpty()) {
            List<LiveRun> runs = messages.next(1 + random.nextInt(5_000));
            int count = runs.stream().mapToInt(LiveRun::count).sum();
            ByteBuffer bytes = bodies(runs, from);
            ShardCommand command = MoveCommands.importMessages(TENANT, GROUP, moveId, first, count, bytes);
            if (random.nextInt(10) == 0) {
                refused(
                        MoveCommands.importMessages(TENANT, GROUP, moveId, first + 1, count, bytes),
                        ErrorCode.OUT_OF_SEQUENCE);
                refused(MoveCommands.adoptGroup(TENANT, GROUP, moveId, image.state()), ErrorCode.OUT_OF_SEQUENCE);
            }
            done(command);
            if (random.nextInt(8) == 0) {
                done(command);
            }
            first += count;
            disturb();
            if (random.nextInt(60) == 0) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer bodies(List<LiveRun> runs, TreeMap<Long, ByteBuffer> from) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 18);
        for (LiveRun run : runs) {
            bytes.put(EntryMessages.of(from.get(run.index())).slice(run.firstOrdinal(), run.count()));
        }
        return bytes.flip();
    }

    private void adopt() {
        s.swap();
        done(MoveCommands.holdGroup(TENANT, GROUP, moveId, HoldStep.SEAL));
        refused(MoveCommands.holdGroup(TENANT, GROUP, moveId, HoldStep.LIFT), ErrorCode.FORBIDDEN);
        disturb();
        s.swap();
        if (random.nextInt(8) == 0) {
            abandonSealed();
            return;
        }
        done(MoveCommands.adoptGroup(TENANT, GROUP, moveId, image.state()));
        done(MoveCommands.adoptGroup(TENANT, GROUP, moveId, image.state()));
        refused(MoveCommands.forgetImport(TENANT, GROUP, moveId), ErrorCode.FORBIDDEN);
        disturb();
        s.swap();
        done(MoveCommands.leaveGroup(TENANT, GROUP, moveId));
        for (int ticks = 0; s.machine.nextDueMs() != Run.NEVER; ticks++) {
            assertThat(ticks).isLessThan(20_000);
            done(Commands.tick());
        }
        disturb();
        assertThat(s.machine.liveBytes(0, Long.MAX_VALUE)).isZero();
        s.machine.forEachTenant(usage -> assertThat(usage).isEqualTo(new TenantUsage(TENANT, 0, 0)));
        done(Commands.unsubscribe(TENANT, GROUP, Harness.ORIGIN, 1));
        s.swap();
    }

    private void abandonSealed() {
        done(MoveCommands.forgetImport(TENANT, GROUP, moveId));
        refused(MoveCommands.adoptGroup(TENANT, GROUP, moveId, image.state()), ErrorCode.FORBIDDEN);
        s.swap();
        resume(HoldStep.LIFT_SEALED);
    }

    private void callOff() {
        s.swap();
        resume(HoldStep.LIFT);
        refused(MoveCommands.holdGroup(TENANT, GROUP, moveId, HoldStep.HOLD), ErrorCode.FORBIDDEN);
        s.swap();
        done(MoveCommands.forgetImport(TENANT, GROUP, moveId));
        assertThat(s.machine.liveBytes(0, Long.MAX_VALUE)).isZero();
        s.swap();
    }

    /** Whoever may have asked meanwhile is told to ask again. */
    private void resume(HoldStep step) {
        assertThat(s.raw(MoveCommands.holdGroup(TENANT, GROUP, moveId, step)))
                .allSatisfy(
                        effect -> assertThat(((Effect.Failed) effect).code()).isEqualTo(ErrorCode.UNAVAILABLE));
        assertThat(s.machine.moveStatus(GROUP, moveId).stage()).isEqualTo(Stage.CALLED_OFF);
    }
}
