package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.GROUP;
import static io.sluice.queuegroups.machine.Harness.ORIGIN;
import static io.sluice.queuegroups.machine.Harness.TENANT;
import static io.sluice.queuegroups.machine.Harness.ack;
import static io.sluice.queuegroups.machine.Harness.discard;
import static io.sluice.queuegroups.machine.Harness.only;
import static io.sluice.queuegroups.machine.Harness.options;
import static io.sluice.queuegroups.machine.Harness.plain;
import static io.sluice.queuegroups.machine.Harness.publish;
import static io.sluice.queuegroups.machine.Harness.requeue;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.machine.Harness.Sent;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final Harness h = new Harness();
    private int producer;
    private long sequence = 1;

    @BeforeEach
    void openProducer() {
        producer = h.openProducer(100);
    }

    private List<Sent> send(long queueId, List<Messages.Spec> messages) {
        List<Sent> sent = h.apply(publish(100, producer, sequence, false, queueId, messages));
        sequence += messages.size();
        return sent;
    }

    private int subscribe(long sender, long queueId, int prefetch) {
        return only(h.apply(h.subscribe(sender, queueId, prefetch)), Effect.Subscribed.class)
                .get(0)
                .epoch();
    }

    @Test
    void deliversWhatWasPublishedInOrderAndReleasesItWhenAcked() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = subscribe(1, 10, 1000);
        List<Sent> sent = send(10, plain(1, 500));
        assertThat(only(sent, Effect.Confirmed.class)).containsExactly(new Effect.Confirmed(100, 1, 500));
        assertThat(only(sent, Effect.Deliver.class)).hasSize(1);
        assertThat(h.ids(sent)).hasSize(500).isSorted().startsWith(1L).endsWith(500L);
        assertThat(h.machine.liveBytes(0, 100)).isPositive();

        sent = h.apply(h.settle(1, epoch, 1, ack(1, 500)));
        assertThat(only(sent, Effect.Settled.class)).containsExactly(new Effect.Settled(1, epoch, 1, 500));
        assertThat(h.stats(10).unacked()).isZero();
        assertThat(h.stats(10).bytes()).isZero();
        assertThat(h.machine.liveBytes(0, 100)).isZero();
    }

    @Test
    void tellsHowManyMessagesASettlementAckedWhateverItClaims() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = subscribe(1, 10, 1000);
        send(10, plain(1, 5));
        assertThat(only(h.apply(h.settle(1, epoch, 1, ack(4, 100))), Effect.Settled.class))
                .containsExactly(new Effect.Settled(1, epoch, 1, 2));
        assertThat(only(h.apply(h.settle(1, epoch, 1, ack(4, 100))), Effect.Settled.class))
                .containsExactly(new Effect.Settled(1, epoch, 1, 0));
        assertThat(only(h.apply(h.settle(1, epoch, 2, ack(1, 5))), Effect.Settled.class))
                .containsExactly(new Effect.Settled(1, epoch, 2, 3));
    }

    @Test
    void givesNoMoreThanThePrefetchUntilSomethingIsAcked() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = subscribe(1, 10, 3);
        assertThat(h.ids(send(10, plain(1, 10)))).containsExactly(1L, 2L, 3L);
        assertThat(h.ids(h.apply(h.settle(1, epoch, 1, ack(2, 2))))).containsExactly(4L);
        assertThat(h.ids(h.apply(h.settle(1, epoch, 2, ack(1, 1), ack(3, 4))))).containsExactly(5L, 6L, 7L);
    }

    @Test
    void boundsThePrefetchByBytesButAlwaysGivesOneMessage() {
        h.queue(10, QueueOptions.DEFAULT);
        h.apply(Commands.subscribe(TENANT, GROUP, ORIGIN, 1, 10, 100, 0));
        assertThat(h.ids(send(10, plain(1, 10)))).containsExactly(1L);
        int size = new Messages.Spec(1).sizeBytes();
        assertThat(h.ids(h.apply(Commands.setPrefetch(TENANT, GROUP, ORIGIN, 1, 100, 3L * size))))
                .containsExactly(2L, 3L);
    }

    @Test
    void sharesMessagesBetweenConsumersInTurns() {
        h.queue(10, QueueOptions.DEFAULT);
        subscribe(1, 10, 100);
        subscribe(2, 10, 100);
        List<Sent> sent = send(10, plain(1, 10));
        assertThat(only(sent, Effect.Deliver.class))
                .extracting(Effect.Deliver::sender)
                .contains(1L, 2L);
        assertThat(h.ids(sent)).isSorted().hasSize(10);
        sent = send(10, plain(11, 1));
        List<Sent> next = send(10, plain(12, 1));
        assertThat(only(sent, Effect.Deliver.class).get(0).sender())
                .isNotEqualTo(only(next, Effect.Deliver.class).get(0).sender());
    }

    @Test
    void redeliversUnackedMessagesInTheirPlaceWhenTheConsumerGoes() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = subscribe(1, 10, 3);
        send(10, plain(1, 5));
        h.apply(h.settle(1, epoch, 1, ack(2, 2)));
        h.apply(Commands.unsubscribe(TENANT, GROUP, ORIGIN, 1));
        List<Sent> sent = h.apply(h.subscribe(2, 10, 10));
        assertThat(h.ids(sent)).containsExactly(1L, 3L, 4L, 5L);
        assertThat(only(sent, Effect.Deliver.class))
                .extracting(Effect.Deliver::deliveryCount)
                .containsExactly(2, 2, 2, 1);
    }

    @Test
    void redeliversNackedMessagesAfterTheirDelayOnly() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = subscribe(1, 10, 2);
        send(10, plain(1, 3));
        assertThat(h.ids(h.apply(h.settle(1, epoch, 1, requeue(1, 1, 0))))).containsExactly(1L);
        assertThat(h.ids(h.apply(h.settle(1, epoch, 2, requeue(2, 2, 500))))).containsExactly(3L);
        h.apply(h.settle(1, epoch, 3, ack(3, 4)));
        assertThat(h.machine.nextDueMs()).isEqualTo(h.nowMs + 500);
        assertThat(h.ids(h.tick(499))).isEmpty();
        assertThat(h.ids(h.tick(1))).containsExactly(2L);
    }

    @Test
    void doublesTheBackOffWithEachDelivery() {
        h.queue(10, new QueueOptions(0, 0, OverflowPolicy.REJECT, 20, "", 0, false, 100, 300));
        int epoch = subscribe(1, 10, 1);
        send(10, plain(1, 1));
        long tag = 1;
        for (long waitMs : new long[] {100, 200, 300, 300}) {
            h.apply(h.settle(1, epoch, tag, requeue(tag, tag, -1)));
            tag++;
            assertThat(h.machine.nextDueMs()).isEqualTo(h.nowMs + waitMs);
            assertThat(h.ids(h.tick(waitMs))).containsExactly(1L);
        }
    }

    @Test
    void deadLettersWhatIsDiscardedOrDeliveredTooOften() {
        h.queue(11, QueueOptions.DEFAULT);
        h.queue(10, options(0, OverflowPolicy.REJECT, 2), 11);
        int epoch = subscribe(1, 10, 2);
        send(10, plain(1, 2));
        h.apply(h.settle(1, epoch, 1, discard(1, 1)));
        h.apply(h.settle(1, epoch, 2, requeue(2, 2, 0)));
        h.apply(h.settle(1, epoch, 3, requeue(3, 3, 0)));
        assertThat(h.stats(10).unacked() + h.stats(10).ready()).isZero();
        List<Sent> sent = h.apply(h.subscribe(2, 11, 10));
        assertThat(h.ids(sent)).containsExactly(1L, 2L);
        assertThat(only(sent, Effect.Deliver.class))
                .extracting(Effect.Deliver::deliveryCount)
                .containsOnly(1);
        assertThat(h.machine.counters(GROUP, 10)).isEqualTo(new QueueCounters(0, 2, 0));
    }

    @Test
    void dropsAMessageThatADeadLetterQueueWouldMoveOn() {
        h.queue(10, options(0, OverflowPolicy.REJECT, 1), 11);
        h.queue(11, options(0, OverflowPolicy.REJECT, 1), 10);
        int epoch = subscribe(1, 10, 2);
        int other = subscribe(2, 11, 2);
        send(10, plain(1, 1));
        h.apply(h.settle(1, epoch, 1, requeue(1, 1, 0)));
        h.apply(h.settle(2, other, 1, requeue(1, 1, 0)));
        assertThat(h.machine.counters(GROUP, 11)).isEqualTo(new QueueCounters(0, 0, 1));
        assertThat(h.machine.liveBytes(0, 1000)).isZero();
    }

    @Test
    void rejectsWhatExceedsABoundAndTakesThePrefix() {
        h.queue(10, options(5, OverflowPolicy.REJECT, 20));
        List<Sent> sent = send(10, plain(1, 8));
        assertThat(only(sent, Effect.Confirmed.class)).containsExactly(new Effect.Confirmed(100, 1, 5));
        Effect.Rejected rejected = only(sent, Effect.Rejected.class).get(0);
        assertThat(rejected.firstSequence()).isEqualTo(6);
        assertThat(rejected.lastSequence()).isEqualTo(8);
        assertThat(rejected.message()).contains("maxMessages 5");
        assertThat(h.stats(10).ready()).isEqualTo(5);
    }

    @Test
    void takesAllOrNothingOfAnAtomicPublish() {
        h.queue(10, options(5, OverflowPolicy.REJECT, 20));
        List<Sent> sent = h.apply(publish(100, producer, 1, true, 10, plain(1, 6)));
        assertThat(only(sent, Effect.Rejected.class)).hasSize(1);
        assertThat(h.stats(10).ready()).isZero();
        sent = h.apply(publish(100, producer, 7, true, 10, plain(7, 5)));
        assertThat(only(sent, Effect.Confirmed.class)).containsExactly(new Effect.Confirmed(100, 7, 11));
    }

    @Test
    void dropsTheOldestWhereThePolicySaysSo() {
        h.queue(10, options(5, OverflowPolicy.DROP_OLDEST, 20));
        send(10, plain(1, 4));
        send(10, plain(5, 8));
        assertThat(h.ids(h.apply(h.subscribe(1, 10, 100)))).containsExactly(8L, 9L, 10L, 11L, 12L);
        assertThat(only(send(10, plain(13, 1)), Effect.Rejected.class)).hasSize(1);
    }

    @Test
    void movesTheOldestToTheDeadLetterQueueWhereThePolicySaysSo() {
        h.queue(11, options(3, OverflowPolicy.REJECT, 20));
        h.queue(10, options(2, OverflowPolicy.DEAD_LETTER, 20), 11);
        send(10, plain(1, 1));
        send(10, plain(2, 1));
        send(10, plain(3, 4));
        assertThat(h.ids(h.apply(h.subscribe(1, 11, 100)))).containsExactly(1L, 2L, 3L);
        assertThat(h.ids(h.apply(h.subscribe(2, 10, 100)))).containsExactly(5L, 6L);
        assertThat(h.machine.counters(GROUP, 10)).isEqualTo(new QueueCounters(0, 3, 1));
    }

    @Test
    void deliversNoExpiredMessageAndReleasesItOnATick() {
        h.queue(10, QueueOptions.DEFAULT);
        send(
                10,
                List.of(
                        new Messages.Spec(1, "", 1000, 0, 8),
                        new Messages.Spec(2),
                        new Messages.Spec(3, "", 50, 0, 8)));
        h.nowMs += 100;
        assertThat(h.ids(h.apply(h.subscribe(1, 10, 1)))).containsExactly(1L);
        h.tick(0);
        assertThat(h.stats(10).ready()).isEqualTo(1);
        h.nowMs += 2000;
        h.apply(Commands.unsubscribe(TENANT, GROUP, ORIGIN, 1));
        assertThat(h.ids(h.apply(h.subscribe(2, 10, 10)))).containsExactly(2L);
        assertThat(h.machine.counters(GROUP, 10).expired()).isEqualTo(2);
    }

    @Test
    void deliversDelayedMessagesWhenDueBehindWhatIsReadyByThen() {
        h.queue(10, QueueOptions.DEFAULT);
        send(10, List.of(new Messages.Spec(1, "", 0, 50, 8), new Messages.Spec(2)));
        assertThat(h.stats(10).delayed()).isEqualTo(1);
        assertThat(h.machine.nextDueMs()).isEqualTo(h.nowMs + 50);
        assertThat(h.ids(h.apply(h.subscribe(1, 10, 10)))).containsExactly(2L);
        assertThat(h.ids(h.tick(50))).containsExactly(1L);
    }

    @Test
    void purgesWhatWaitsAndKeepsWhatIsCheckedOut() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = subscribe(1, 10, 2);
        for (int i = 0; i < 3000; i++) {
            send(10, List.of(new Messages.Spec(i, "", 0, i % 2, 8)));
        }
        h.apply(Commands.purgeQueue(TENANT, GROUP, h.nextControlIndex(), 10));
        assertThat(h.stats(10).ready() + h.stats(10).delayed()).isZero();
        assertThat(h.stats(10).unacked()).isEqualTo(2);
        int ticks = 0;
        while (h.machine.nextDueMs() <= h.nowMs) {
            h.tick(0);
            ticks++;
        }
        assertThat(ticks).isBetween(3, 5);
        assertThat(h.machine.liveBytes(10, 5000)).isLessThan(1000);
        h.apply(h.settle(1, epoch, 1, ack(1, 2)));
        assertThat(h.machine.liveBytes(0, 5000)).isZero();
    }

    @Test
    void closesConsumersOfADeletedQueueAndNeverTakesItsIdAgain() {
        h.queue(10, QueueOptions.DEFAULT);
        subscribe(1, 10, 2);
        send(10, plain(1, 5));
        List<Sent> sent = h.apply(Commands.deleteQueue(TENANT, GROUP, h.nextControlIndex(), 10));
        assertThat(only(sent, Effect.ConsumerClosed.class)).hasSize(1);
        h.tick(0);
        assertThat(h.machine.liveBytes(0, 5000)).isZero();
        h.queue(10, QueueOptions.DEFAULT);
        assertThat(h.stats(10)).isNull();
        assertThat(only(send(10, plain(6, 1)), Effect.Rejected.class)).hasSize(1);
    }

    @Test
    void movesReferencesToTheEntryThatHoldsTheMessagesAgain() {
        h.queue(10, QueueOptions.DEFAULT);
        int epoch = subscribe(1, 10, 4);
        send(10, plain(1, 10));
        h.apply(h.settle(1, epoch, 1, ack(2, 2)));
        long old = h.index - 1;
        List<LiveRun> live = h.machine.liveRuns(old, old, 1 << 20);
        assertThat(live).extracting(LiveRun::count).containsExactly(1, 2, 1, 5);
        List<Commands.Move> moves = live.stream()
                .map(run -> new Commands.Move(run.index(), run.firstOrdinal(), run.count()))
                .toList();
        h.apply(h.settle(1, epoch, 2, ack(3, 3)));
        List<Messages.Spec> specs = List.of(1L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L).stream()
                .map(Messages.Spec::new)
                .toList();
        h.apply(Commands.relocate(TENANT, GROUP, 10, moves, Messages.encode(specs)));
        h.log.remove(old);
        assertThat(h.machine.liveRuns(old, old, 1 << 20)).isEmpty();
        h.apply(Commands.unsubscribe(TENANT, GROUP, ORIGIN, 1));
        assertThat(h.ids(h.apply(h.subscribe(2, 10, 100)))).containsExactly(1L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    }
}
