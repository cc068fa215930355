package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.GROUP;
import static io.sluice.queuegroups.machine.Harness.ORIGIN;
import static io.sluice.queuegroups.machine.Harness.TENANT;
import static io.sluice.queuegroups.machine.Harness.ack;
import static io.sluice.queuegroups.machine.Harness.only;
import static io.sluice.queuegroups.machine.Harness.options;
import static io.sluice.queuegroups.machine.Harness.plain;
import static io.sluice.queuegroups.machine.Harness.publish;
import static io.sluice.queuegroups.machine.Harness.requeue;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.machine.Messages.Spec;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What random seeds of the simulation found, each as the shortest history that shows it. */
class FoundBySimulationTest {
    private final Harness h = new Harness();

    private static Spec keyed(long id, String key) {
        return new Spec(id, key, 0, 0, 8);
    }

    @Test
    void keepsAKeysOwnerWithinItsPrefetchWhenItIsServedItself() {
        h.queue(10, new QueueOptions(0, 0, OverflowPolicy.REJECT, 20, "", 0, true, 0, 0));
        int producer = h.openProducer(100);
        h.apply(h.subscribe(1, 10, 2));
        h.apply(publish(100, producer, 1, false, 10, List.of(keyed(1, "a"))));
        List<Spec> more = List.of(keyed(2, "a"), keyed(3, "b"), keyed(4, "b"));
        assertThat(h.ids(h.apply(publish(100, producer, 2, false, 10, more)))).containsExactly(2L);
        assertThat(h.stats(10).unacked()).isEqualTo(2);
    }

    @Test
    void expiresEverythingThoughAQueueHoldsMoreRunsThanATickMayLookAt() {
        Harness small = new Harness(new MachineLimits(10, 1000, 10, 1000, 10, 3));
        small.queue(10, QueueOptions.DEFAULT);
        int producer = small.openProducer(100);
        for (int i = 0; i < 6; i++) {
            Spec mortal = new Spec(i, "", i % 2 == 0 ? 100 : 0, 0, 8);
            small.apply(publish(100, producer, i + 1, false, 10, List.of(mortal)));
        }
        // Decoded at both ends, so that there are two parts.
        small.apply(small.subscribe(1, 10, 1));
        small.apply(small.settle(1, subscribedEpoch(small), 1, requeue(1, 1, 50)));
        small.apply(Commands.unsubscribe(TENANT, GROUP, ORIGIN, 1));
        for (int i = 6; i < 12; i++) {
            Spec mortal = new Spec(i, "", i % 2 == 0 ? 100 : 0, 0, 8);
            small.apply(publish(100, producer, i + 1, false, 10, List.of(mortal)));
        }
        small.nowMs += 100;
        int ticks = 0;
        while (small.machine.nextDueMs() <= small.nowMs && ticks < 50) {
            small.tick(0);
            ticks++;
        }
        assertThat(ticks).isLessThan(50);
        assertThat(small.stats(10).ready()).isEqualTo(6);
    }

    private static int subscribedEpoch(Harness harness) {
        int[] epoch = new int[1];
        harness.machine.forEachConsumer((state, origin) -> epoch[0] = state.epoch());
        return epoch[0];
    }

    @Test
    void dropsDownToABoundThatWasLowered() {
        h.queue(10, options(20, OverflowPolicy.DROP_OLDEST, 20));
        int producer = h.openProducer(100);
        h.apply(publish(100, producer, 1, false, 10, plain(1, 20)));
        h.queue(10, options(5, OverflowPolicy.DROP_OLDEST, 20));
        h.apply(publish(100, producer, 21, false, 10, plain(21, 1)));
        assertThat(h.ids(h.apply(h.subscribe(1, 10, 100)))).containsExactly(17L, 18L, 19L, 20L, 21L);
    }

    @Test
    void rejectsWhereALoweredBoundIsFilledByWhatIsCheckedOut() {
        h.queue(10, options(20, OverflowPolicy.DROP_OLDEST, 20));
        int producer = h.openProducer(100);
        int epoch = only(h.apply(h.subscribe(1, 10, 10)), Effect.Subscribed.class)
                .get(0)
                .epoch();
        h.apply(publish(100, producer, 1, false, 10, plain(1, 15)));
        h.queue(10, options(8, OverflowPolicy.DROP_OLDEST, 20));
        List<Harness.Sent> sent = h.apply(publish(100, producer, 16, false, 10, plain(16, 1)));
        assertThat(only(sent, Effect.Rejected.class)).hasSize(1);
        assertThat(h.stats(10).ready()).isEqualTo(5);
        h.apply(h.settle(1, epoch, 1, ack(1, 10)));
        assertThat(h.machine.quarantinedIndex(GROUP)).isZero();
    }

    @Test
    void usesNoEpochUpForACommandThatIsCutShort() {
        h.queue(10, QueueOptions.DEFAULT);
        ShardCommand whole = h.subscribe(1, 10, 5);
        ByteBuffer head = whole.head().duplicate().limit(7);
        List<Harness.Sent> sent =
                h.apply(new ShardCommand(whole.type(), 0, TENANT, GROUP, ORIGIN, 1, head, whole.tail()));
        assertThat(only(sent, Effect.Failed.class)).hasSize(1);
        assertThat(h.machine.malformedCount()).isEqualTo(1);
        Harness other = new Harness();
        other.queue(10, QueueOptions.DEFAULT);
        other.apply();
        assertThat(h.machine.stateHash()).isEqualTo(other.machine.stateHash());
    }
}
