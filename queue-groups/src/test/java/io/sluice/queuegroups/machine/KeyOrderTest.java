package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.ack;
import static io.sluice.queuegroups.machine.Harness.only;
import static io.sluice.queuegroups.machine.Harness.publish;
import static io.sluice.queuegroups.machine.Harness.requeue;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.machine.Messages.Spec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
    private final Harness h = new Harness();
    private long sequence = 1;
    private final int producer = open();

    private int open() {
        h.queue(10, new QueueOptions(0, 0, OverflowPolicy.REJECT, 20, "", 0, true, 0, 0));
        return h.openProducer(100);
    }

    /** One message a letter: its key is the letter, its number counts up. */
    private List<Harness.Sent> send(String keys) {
        List<Spec> specs = IntStream.range(0, keys.length())
                .mapToObj(i -> new Spec(sequence + i, keys.substring(i, i + 1), 0, 0, 8))
                .toList();
        List<Harness.Sent> sent = h.apply(publish(100, producer, sequence, false, 10, specs));
        sequence += keys.length();
        return sent;
    }

    private int subscribe(long sender, int prefetch) {
        return only(h.apply(h.subscribe(sender, 10, prefetch)), Effect.Subscribed.class)
                .get(0)
                .epoch();
    }

    @Test
    void checksAKeyOutToOneConsumerAtATime() {
        int first = subscribe(1, 1);
        subscribe(2, 10);
        assertThat(only(send("a"), Effect.Deliver.class).get(0).sender()).isEqualTo(1);
        List<Harness.Sent> sent = send("aab");
        assertThat(h.ids(sent)).containsExactly(4L);
        assertThat(only(sent, Effect.Deliver.class))
                .extracting(Effect.Deliver::sender)
                .containsOnly(2L);
        sent = h.apply(h.settle(1, first, 1, ack(1, 1)));
        assertThat(h.ids(sent)).containsExactly(2L, 3L);
    }

    @Test
    void letsAReturnedMessageGoBeforeLaterOnesOfItsKeyHoweverLongItWaits() {
        int epoch = subscribe(1, 1);
        send("aab");
        List<Harness.Sent> sent = h.apply(h.settle(1, epoch, 1, requeue(1, 1, 1_000)));
        assertThat(h.ids(sent)).containsExactly(3L);
        assertThat(h.ids(h.apply(h.settle(1, epoch, 2, ack(2, 2))))).isEmpty();
        assertThat(h.ids(h.tick(1_000))).containsExactly(1L);
        assertThat(h.ids(h.apply(h.settle(1, epoch, 3, ack(3, 3))))).containsExactly(2L);
    }

    @Test
    void givesOutNothingFreshWhileTooManyMessagesWaitForTheirKeys() {
        Harness small = new Harness(new MachineLimits(10, 1000, 10, 4, 10, 1000));
        small.queue(10, new QueueOptions(0, 0, OverflowPolicy.REJECT, 20, "", 0, true, 0, 0));
        int epoch = small.openProducer(100);
        small.apply(small.subscribe(1, 10, 1));
        small.apply(small.subscribe(2, 10, 100));
        List<Spec> specs = IntStream.rangeClosed(1, 40)
                .mapToObj(i -> new Spec(i, i % 8 == 0 ? "b" : i % 2 == 0 ? "a" : "", 0, 0, 8))
                .toList();
        small.apply(publish(100, epoch, 1, false, 10, specs));
        WorkQueue queue = small.machine.groups().find(Harness.GROUP).queues().find(10);
        assertThat(queue.subscription().room().runs()).isLessThanOrEqualTo(4);
        assertThat(small.stats(10).ready()).isPositive();
    }
}
