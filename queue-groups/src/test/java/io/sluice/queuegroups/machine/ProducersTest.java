package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.GROUP;
import static io.sluice.queuegroups.machine.Harness.ORIGIN;
import static io.sluice.queuegroups.machine.Harness.TENANT;
import static io.sluice.queuegroups.machine.Harness.only;
import static io.sluice.queuegroups.machine.Harness.options;
import static io.sluice.queuegroups.machine.Harness.plain;
import static io.sluice.queuegroups.machine.Harness.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Section;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.machine.Harness.Sent;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProducersTest {
    private static final long OTHER = new Origin(2, 1, 0).pack();

    private final Harness h = new Harness(new MachineLimits(2, 1_000, 10, 1_000, 2, 1_000));
    private final int epoch = open();

    private int open() {
        h.queue(10, QueueOptions.DEFAULT);
        h.queue(11, options(3, OverflowPolicy.REJECT, 20));
        return h.openProducer(100);
    }

    private static Effect.Rejected rejected(List<Sent> sent) {
        return only(sent, Effect.Rejected.class).get(0);
    }

    @Test
    void refusesAGapWithoutUsingTheSequencesUp() {
        assertThat(rejected(h.apply(publish(100, epoch, 2, false, 10, plain(2, 1))))
                        .code())
                .isEqualTo(ErrorCode.OUT_OF_SEQUENCE);
        List<Sent> sent = h.apply(publish(100, epoch, 1, false, 10, plain(1, 2)));
        assertThat(only(sent, Effect.Confirmed.class)).containsExactly(new Effect.Confirmed(100, 1, 2));
    }

    @Test
    void refusesAProducerItDoesNotKnow() {
        List<Sent> sent = h.apply(publish(55, 1, 1, false, 10, plain(1, 1)));
        // Nothing is said of its sequences: they may have been stored under a connection that was given up since.
        assertThat(only(sent, Effect.Rejected.class)).isEmpty();
        assertThat(only(sent, Effect.Failed.class).get(0).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(h.stats(10).ready()).isZero();
    }

    @Test
    void answersADuplicateWithItsRecordedOutcomeAndTakesTheRest() {
        h.apply(publish(100, epoch, 1, false, 11, plain(1, 5)));
        List<Sent> sent = h.apply(publish(100, epoch, 2, false, 10, plain(2, 6)));
        assertThat(sent)
                .extracting(Sent::effect)
                .containsExactly(
                        new Effect.Confirmed(100, 2, 3),
                        new Effect.Rejected(100, 4, 5, ErrorCode.QUOTA_EXCEEDED, "rejected when it was first sent"),
                        new Effect.Confirmed(100, 6, 7));
        assertThat(h.stats(10).ready()).isEqualTo(2);
        assertThat(h.ids(h.apply(h.subscribe(1, 10, 10)))).containsExactly(6L, 7L);
    }

    @Test
    void saysSoWhenAnOutcomeIsNoLongerRecorded() {
        for (int i = 1; i <= 7; i++) {
            long queueId = i % 2 == 0 ? 10 : 99;
            h.apply(publish(100, epoch, i, false, queueId, plain(i, 1)));
        }
        List<Sent> sent = h.apply(publish(100, epoch, 1, false, 10, plain(1, 7)));
        assertThat(rejected(sent).lastSequence()).isEqualTo(3);
        assertThat(rejected(sent).message()).contains("no longer recorded");
        assertThat(only(sent, Effect.Confirmed.class))
                .containsExactly(new Effect.Confirmed(100, 4, 4), new Effect.Confirmed(100, 6, 6));
    }

    @Test
    void fencesTheOlderConnectionWhenAnotherOpensTheProducer() {
        h.apply(publish(100, epoch, 1, false, 10, plain(1, 3)));
        List<Sent> sent = h.apply(Commands.openProducer(TENANT, GROUP, OTHER, 5, "p100"));
        Effect.ProducerOpened opened = only(sent, Effect.ProducerOpened.class).get(0);
        assertThat(opened.lastSequence()).isEqualTo(3);
        assertThat(opened.epoch()).isGreaterThan(epoch);
        assertThat(sent.get(0)).isEqualTo(new Sent(ORIGIN, new Effect.ProducerFenced(100, opened.epoch())));
        assertThat(h.apply(publish(100, epoch, 4, false, 10, plain(4, 1))))
                .containsExactly(new Sent(ORIGIN, new Effect.ProducerFenced(100, opened.epoch())));
    }

    /** Seeds of the cluster simulation: the question came twice over the bus, and what was published after the first answer was rejected though it was stored. */
    @Test
    void ownerThatOpensAgainKeepsItsEpoch() {
        h.apply(publish(100, epoch, 1, false, 10, plain(1, 3)));
        List<Sent> sent = h.apply(Commands.openProducer(TENANT, GROUP, ORIGIN, 100, "p100"));
        assertThat(only(sent, Effect.ProducerOpened.class)).containsExactly(new Effect.ProducerOpened(100, epoch, 3));
        assertThat(only(h.apply(publish(100, epoch, 4, false, 10, plain(4, 1))), Effect.Confirmed.class))
                .containsExactly(new Effect.Confirmed(100, 4, 4));
    }

    @Test
    void publishUnderAnotherEpochIsFencedAndNotRejectedSinceItMayBeStored() {
        h.apply(Commands.openProducer(TENANT, GROUP, OTHER, 5, "p100"));
        List<Sent> again = h.apply(Commands.openProducer(TENANT, GROUP, ORIGIN, 100, "p100"));
        int newer = only(again, Effect.ProducerOpened.class).get(0).epoch();
        assertThat(h.apply(publish(100, epoch, 1, false, 10, plain(1, 1))))
                .containsExactly(new Sent(ORIGIN, new Effect.ProducerFenced(100, newer)));
    }

    @Test
    void usesSkippedSequencesUpWithTheReasonGiven() {
        List<Sent> sent = h.apply(
                Commands.skipSequences(TENANT, GROUP, ORIGIN, 100, epoch, 1, 4, ErrorCode.THROTTLED, "too fast"));
        assertThat(rejected(sent)).isEqualTo(new Effect.Rejected(100, 1, 4, ErrorCode.THROTTLED, "too fast"));
        sent = h.apply(publish(100, epoch, 4, false, 10, plain(4, 2)));
        assertThat(rejected(sent).code()).isEqualTo(ErrorCode.THROTTLED);
        assertThat(only(sent, Effect.Confirmed.class)).containsExactly(new Effect.Confirmed(100, 5, 5));
    }

    @Test
    void forgetsAnIdleProducerThatNobodyOwnsButNotAConnectedOne() {
        h.apply(publish(100, epoch, 1, false, 10, plain(1, 3)));
        h.tick(5_000);
        assertThat(only(h.apply(publish(100, epoch, 4, false, 10, plain(4, 1))), Effect.Confirmed.class))
                .hasSize(1);
        h.apply(Commands.closeProducer(TENANT, GROUP, ORIGIN, 100, false));
        assertThat(h.machine.nextDueMs()).isEqualTo(h.nowMs + 1_000);
        h.tick(1_000);
        List<Sent> sent = h.apply(Commands.openProducer(TENANT, GROUP, ORIGIN, 100, "p100"));
        assertThat(only(sent, Effect.ProducerOpened.class).get(0).lastSequence())
                .isZero();
    }

    @Test
    void boundsTheProducersOfAGroup() {
        h.openProducer(101);
        List<Sent> sent = h.apply(Commands.openProducer(TENANT, GROUP, ORIGIN, 102, "p102"));
        assertThat(only(sent, Effect.Failed.class).get(0).code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        h.apply(Commands.closeProducer(TENANT, GROUP, ORIGIN, 101, false));
        assertThat(h.openProducer(102)).isPositive();
    }

    @Test
    void publishesToSeveralQueuesAllOrNothing() {
        ByteBuffer messages = Messages.encode(plain(1, 6));
        int half = messages.remaining() / 2;
        List<Section> sections = List.of(new Section(10, 3, half, 0), new Section(11, 3, half, 0));
        h.apply(Commands.publish(TENANT, GROUP, ORIGIN, 100, epoch, 1, true, sections, messages));
        assertThat(h.stats(10).ready()).isEqualTo(3);
        assertThat(h.stats(11).ready()).isEqualTo(3);
        List<Sent> sent = h.apply(Commands.publish(TENANT, GROUP, ORIGIN, 100, epoch, 7, true, sections, messages));
        assertThat(rejected(sent).lastSequence()).isEqualTo(12);
        assertThat(h.stats(10).ready()).isEqualTo(3);
    }
}
