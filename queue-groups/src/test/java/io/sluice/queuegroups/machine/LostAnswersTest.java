package io.sluice.queuegroups.machine;

import static io.sluice.queuegroups.machine.Harness.GROUP;
import static io.sluice.queuegroups.machine.Harness.ORIGIN;
import static io.sluice.queuegroups.machine.Harness.TENANT;
import static io.sluice.queuegroups.machine.Harness.ack;
import static io.sluice.queuegroups.machine.Harness.only;
import static io.sluice.queuegroups.machine.Harness.plain;
import static io.sluice.queuegroups.machine.Harness.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.machine.Harness.Sent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever answer gets lost can be had again, and having it again changes nothing. */
class LostAnswersTest {
    private static final long OTHER = new Origin(2, 1, 0).pack();

    private final Harness h = new Harness();
    private int epoch;

    @BeforeEach
    void checkOutSix() {
        h.queue(10, QueueOptions.DEFAULT);
        int producer = h.openProducer(100);
        for (int i = 1; i <= 6; i++) {
            h.apply(publish(100, producer, i, false, 10, plain(i, 1)));
        }
        epoch = only(h.apply(h.subscribe(1, 10, 10)), Effect.Subscribed.class)
                .get(0)
                .epoch();
    }

    private List<Sent> ask(long sender, int askedEpoch, long afterTag) {
        List<Sent> answers = new ArrayList<>();
        long hash = h.machine.stateHash();
        h.machine.answer(
                ORIGIN,
                new ConsumerAsk(GROUP, sender, askedEpoch, afterTag),
                (group, origin, effect) -> answers.add(new Sent(origin, effect)));
        assertThat(h.machine.stateHash()).isEqualTo(hash);
        return answers;
    }

    @Test
    void deliveriesAboveATagAreMadeAgainUnderTheirTagsEachNamingTheOneBefore() {
        h.apply(h.settle(1, epoch, 1, ack(4, 4)));
        List<Effect.Deliver> again = only(ask(1, epoch, 2), Effect.Deliver.class);
        assertThat(again).extracting(Effect.Deliver::previousTag).containsExactly(2L, 3L, 5L);
        assertThat(again).extracting(Effect.Deliver::firstTag).containsExactly(3L, 5L, 6L);
        assertThat(again).extracting(Effect.Deliver::deliveryCount).containsOnly(1);
        assertThat(h.ids(ask(1, epoch, 2))).containsExactly(3L, 5L, 6L);
        assertThat(ask(1, epoch, ConsumerAsk.NOTHING_AGAIN)).isEmpty();
        assertThat(ask(1, epoch - 1, 0)).isEmpty();
        assertThat(only(ask(1, epoch, 6), Effect.ConsumerState.class))
                .containsExactly(new Effect.ConsumerState(1, epoch, 6, 1, 10, 1 << 20, true));
    }

    @Test
    void aConsumerThatIsGoneIsSaidToBeGone() {
        h.apply(Commands.gatewayLost(1, 1));
        Effect.ConsumerClosed closed = only(ask(1, epoch, ConsumerAsk.NOTHING_AGAIN), Effect.ConsumerClosed.class)
                .get(0);
        assertThat(closed.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(closed.epoch()).isEqualTo(epoch);
    }

    @Test
    void settlementsOfAnOldEpochAreRefusedAfterATakeOver() {
        h.apply(Commands.attachConsumer(TENANT, GROUP, OTHER, 9, ORIGIN, 1, 0));
        List<Sent> sent = h.apply(Commands.settle(TENANT, GROUP, OTHER, 9, epoch, 1, List.of(ack(1, 6))));
        assertThat(only(sent, Effect.Failed.class).get(0).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(h.stats(10).unacked()).isEqualTo(6);
    }

    @Test
    void consumersOfALostGatewayAreTakenOverWithinTheGraceWithWhatTheyHave() {
        h.apply(Commands.raiseVersion(ShardMachine.LOST_GATEWAYS_HAVE_GRACE));
        assertThat(h.apply(Commands.gatewayLost(1, 1, 1_000))).isEmpty();
        h.apply(h.subscribe(2, 10, 10));
        assertThat(h.ids(h.tick(999))).isEmpty();
        List<Sent> sent = h.apply(Commands.attachConsumer(TENANT, GROUP, OTHER, 9, ORIGIN, 1, 4));
        assertThat(only(sent, Effect.Deliver.class))
                .extracting(Effect.Deliver::deliveryCount)
                .containsOnly(1);
        assertThat(h.ids(sent)).containsExactly(5L, 6L);
        assertThat(h.ids(h.tick(5_000))).isEmpty();
        assertThat(h.stats(10).unacked()).isEqualTo(6);
    }

    @Test
    void afterTheGraceOfALostGatewayItsMessagesReturnWithARaisedCount() {
        h.apply(Commands.raiseVersion(ShardMachine.LOST_GATEWAYS_HAVE_GRACE));
        h.apply(Commands.detachConsumer(TENANT, GROUP, ORIGIN, 1, 1_000));
        h.apply(Commands.gatewayLost(1, 1, 4_000));
        h.apply(h.subscribe(2, 10, 10));
        List<Sent> sent = h.tick(1_000);
        assertThat(only(sent, Effect.Deliver.class))
                .extracting(Effect.Deliver::deliveryCount)
                .containsOnly(2);
        assertThat(h.ids(sent)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void beforeTheVersionThatKnowsAGraceForLostGatewaysItIsMalformed() {
        h.apply(Commands.raiseVersion(ShardMachine.LOST_GATEWAYS_HAVE_GRACE - 1));
        h.apply(Commands.gatewayLost(1, 1, 1_000));
        assertThat(only(ask(1, epoch, 5), Effect.ConsumerState.class).get(0).attached())
                .isTrue();
    }

    @Test
    void aTakeOverSaidAgainIsAnsweredAgainUnderTheSameEpoch() {
        var attach = Commands.attachConsumer(TENANT, GROUP, OTHER, 9, ORIGIN, 1, 3);
        int taken = only(h.apply(attach), Effect.Subscribed.class).get(0).epoch();
        List<Sent> again = h.apply(attach);
        assertThat(only(again, Effect.Subscribed.class)).containsExactly(new Effect.Subscribed(9, taken));
        assertThat(h.ids(again)).containsExactly(4L, 5L, 6L);
        assertThat(h.stats(10).unacked()).isEqualTo(6);
    }

    @Test
    void prefetchDetachAndCloseAreAnswered() {
        List<Sent> set = h.apply(Commands.setPrefetch(TENANT, GROUP, ORIGIN, 1, 7, 900));
        assertThat(only(set, Effect.ConsumerState.class))
                .containsExactly(new Effect.ConsumerState(1, epoch, 6, 0, 7, 900, true));
        List<Sent> detached = h.apply(Commands.detachConsumer(TENANT, GROUP, ORIGIN, 1, 1_000));
        assertThat(only(detached, Effect.ConsumerState.class).get(0).attached()).isFalse();
        for (int i = 0; i < 2; i++) {
            List<Sent> closed = h.apply(Commands.closeProducer(TENANT, GROUP, ORIGIN, 100, false));
            assertThat(only(closed, Effect.ProducerLeft.class)).containsExactly(new Effect.ProducerLeft(100));
        }
    }
}
