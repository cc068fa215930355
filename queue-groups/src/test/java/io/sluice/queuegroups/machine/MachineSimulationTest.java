package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.machine.ModelQueue.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random runs from seeds; {@code -Dsluice.simulation.seeds=N} runs more, {@code -Dsluice.simulation.first=S} starts elsewhere, {@code -Dsluice.simulation.steps=N} makes
 * each longer. A seed that fails is named in the failure; what it found then becomes a test of its own in {@link FoundBySimulationTest}, which
 * outlives changes of the generator.
 */
class MachineSimulationTest {
    private static final long[] QUEUES = {10, 11, 12, 13, 14, 15, 16, 17, 20, 21};

    @Test
    void machineDoesWhatTheModelAllowsForRandomSeeds() {
        long first = Long.getLong("sluice.simulation.first", 1);
        long seeds = Long.getLong("sluice.simulation.seeds", 60);
        for (long seed = first; seed < first + seeds; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        Simulation simulation = new Simulation(seed);
        try {
            simulate(simulation, Integer.getInteger("sluice.simulation.steps", 300));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + " at index " + simulation.index + ": " + e.getMessage(), e);
        }
    }

    private static void simulate(Simulation s, int steps) {
        begin(s);
        steps(s, steps);
        drain(s);
    }

    /** The log of a random run. */
    static List<ByteBuffer> randomLog(long seed, int steps) {
        Simulation s = new Simulation(seed);
        begin(s);
        steps(s, steps);
        return s.history;
    }

    private static void begin(Simulation s) {
        for (long queueId : QUEUES) {
            s.step(List.of(new Actions(s).define(queueId)));
        }
        s.step(List.of(new Actions(s).open()));
    }

    private static void steps(Simulation s, int count) {
        for (int step = 0; step < count; step++) {
            if (s.random.nextInt(3) == 0) {
                s.model.nowMs += s.random.nextInt(s.random.nextInt(50) == 0 ? 30_000 : 60);
            }
            List<Action> actions = new ArrayList<>();
            for (int i = s.random.nextInt(4); i >= 0; i--) {
                actions.add(action(s));
            }
            s.step(actions);
            disturb(s);
            if (s.random.nextInt(60) == 0) {
                new SimulatedMove(s, step + 1).run();
            }
        }
    }

    private static Action action(Simulation s) {
        Actions clients = new Actions(s);
        ConsumerActions more = new ConsumerActions(s);
        int dice = s.random.nextInt(1000);
        if (dice < 300) {
            return clients.publish();
        } else if (dice < 550) {
            return clients.settle();
        } else if (dice < 650) {
            return clients.tick();
        } else if (dice < 730) {
            return more.subscribe();
        } else if (dice < 760) {
            return more.unsubscribe();
        } else if (dice < 790) {
            return more.setPrefetch();
        } else if (dice < 820) {
            return more.detach();
        } else if (dice < 850) {
            return more.attach();
        } else if (dice < 880) {
            return clients.open();
        } else if (dice < 895) {
            return clients.close();
        } else if (dice < 910) {
            return clients.skip();
        } else if (dice < 930) {
            return more.malformed(action(s).command);
        } else if (dice < 960) {
            return more.relocate();
        } else if (dice < 975) {
            return clients.redefine();
        } else if (dice < 985) {
            return more.purge();
        } else if (dice < 997) {
            return more.gatewayLost();
        }
        return s.model.queues.size() > 5 ? more.deleteQueue() : clients.tick();
    }

    private static void disturb(Simulation s) {
        switch (s.random.nextInt(40)) {
            case 0 -> s.crash();
            case 1 -> s.restartReplica();
            case 2, 3 -> s.snapshot();
            case 4, 5 -> s.compareReplica();
            case 6, 7 -> s.settleTime();
            case 8, 9, 10 -> s.forgetDeadEntries();
            default -> {}
        }
    }

    /** Everything that is alive is delivered and acked in the end, and nothing stays behind. */
    private static void drain(Simulation s) {
        s.step(List.of(lose(s, 1)));
        s.step(List.of(lose(s, 2)));
        for (long queueId : QUEUES) {
            if (s.model.queues.containsKey(queueId)) {
                ClientKey client = new ClientKey(new Origin(3, 1, 0).pack(), queueId);
                s.step(List.of(new ConsumerActions(s).subscribe(client, queueId, 1000, Long.MAX_VALUE)));
            }
        }
        for (int round = 0; round < 60; round++) {
            s.model.nowMs += 20;
            s.step(List.of(new Actions(s).tick()));
            s.settleTime();
            s.model.consumers.values().stream()
                    .filter(consumer -> !consumer.out.isEmpty())
                    .toList()
                    .forEach(consumer -> s.step(List.of(new Actions(s).ackAll(consumer))));
            s.forgetDeadEntries();
        }
        for (Message message : s.model.messages.values()) {
            assertThat(message.gone || message.expiryMs <= s.model.nowMs)
                    .as("%s was lost", message.spec)
                    .isTrue();
        }
        s.settleTime();
        assertThat(s.machine.liveBytes(0, Long.MAX_VALUE))
                .as("bytes alive in the end")
                .isZero();
        s.machine.forEachTenant(usage -> assertThat(usage).isEqualTo(new TenantUsage(Simulation.TENANT, 0, 0)));
        s.crash();
        s.restartReplica();
        s.compareReplica();
    }

    private static Action lose(Simulation s, int node) {
        Action action = new Action(Commands.gatewayLost(node, 1));
        action.before =
                () -> s.model.lose(client -> Origin.unpack(client.origin()).node() == node, 0);
        return action;
    }
}
