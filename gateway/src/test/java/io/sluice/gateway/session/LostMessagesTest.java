package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.session.Harness.Client;
import io.sluice.gateway.testkit.FakeLink;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.CloseProducer;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Reject;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.SetPrefetch;
import io.sluice.protocol.frame.Settled;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Unsubscribe;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardEvent;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every kind of message between gateway and shard gets lost once without a word; the client notices nothing but time. */
final class LostMessagesTest {
    private static final int SHARD = 0;

    private final Harness harness = new Harness();
    private final Client client = harness.connected("acme");

    /** Lets time pass with the client alive and the shard's leader saying twice a second where the log stands. */
    private void pass(int ms) {
        for (int at = 0; at < ms; at += 500) {
            client.connection.received(1);
            harness.shards.tellStates();
            harness.time.pass(500);
        }
    }

    private List<Long> tags() {
        return client.link.all(Deliver.class).stream().map(Deliver::firstTag).toList();
    }

    private int consumerWithFour(int prefetch) {
        int producer = client.openProducer("");
        int consumer = client.subscribe(prefetch);
        client.send(TestClient.publish(producer, 1, "created", "a", "b", "c", "d"));
        return consumer;
    }

    // Publishes

    @Test
    void aLostPublishIsSentAgain() {
        int handle = client.openProducer("p");
        harness.shards.drop(CommandType.PUBLISH, 1);
        client.send(TestClient.publish(handle, 1, "created", "a"));
        assertThat(client.link.all(Confirm.class)).isEmpty();
        pass(3_000);
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.of(1, 1)));
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(1);
    }

    @Test
    void allPublishesAfterALostOneAreSentAgainAndStoredOnce() {
        int handle = client.openProducer("p");
        harness.shards.drop(CommandType.PUBLISH, 30);
        for (int i = 1; i <= 30; i++) {
            client.send(TestClient.publish(handle, i, "created", "m" + i));
        }
        pass(4_000);
        assertThat(client.link.last(Confirm.class).sequences().last(0)).isEqualTo(30);
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(30);
        assertThat(client.link.all(Reject.class)).isEmpty();
    }

    @Test
    void aLostConfirmIsAskedForAgain() {
        int handle = client.openProducer("p");
        harness.shards.drop(ShardEvent.Confirmed.class, 1);
        client.send(TestClient.publish(handle, 1, "created", "a", "b"));
        pass(3_000);
        assertThat(client.link.all(Confirm.class)).containsExactly(new Confirm(handle, Ranges.of(1, 2)));
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(2);
    }

    @Test
    void aSlowShardIsProbedWithOneCommandOnly() {
        int handle = client.openProducer("p");
        harness.shards.hold();
        for (int i = 1; i <= 20; i++) {
            client.send(TestClient.publish(handle, i, "created", "m" + i));
        }
        pass(5_000);
        assertThat(harness.shards.count(CommandType.PUBLISH)).isEqualTo(20 + 1);
        harness.shards.release();
        pass(10_000);
        assertThat(harness.shards.count(CommandType.PUBLISH)).isEqualTo(20 + 1);
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(20);
    }

    @Test
    void lostSkippedSequencesAreSaidAgain() {
        int handle = client.openProducer("p");
        harness.shards.drop(CommandType.SKIP_SEQUENCES, 1);
        client.send(TestClient.publish(handle, 1, "secret", "a"));
        pass(3_000);
        assertThat(client.link.last(Reject.class).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(harness.shards.lastSequence(1010, "p")).isEqualTo(1);
    }

    @Test
    void aNewLeaderIsSentWhatHasNoOutcomeAtOnce() {
        int handle = client.openProducer("p");
        harness.shards.drop(CommandType.PUBLISH, 2);
        client.send(TestClient.publish(handle, 1, "created", "a"), TestClient.publish(handle, 2, "created", "b"));
        harness.shards.announce(new ShardEvent.LeaderChanged(SHARD));
        harness.time.run();
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.of(1, 2)));
    }

    @Test
    void openingAProducerIsAskedForAgainWhicheverWayGotLost() {
        harness.shards.drop(CommandType.OPEN_PRODUCER, 1);
        client.send(new OpenProducer(1, false, "orders", "p"));
        pass(3_000);
        int first = client.link.last(ProducerOpened.class).handle();
        client.send(TestClient.publish(first, 1, "created", "a"));
        harness.shards.drop(ShardEvent.ProducerOpened.class, 1);
        client.send(new OpenProducer(2, false, "orders", "q"));
        pass(3_000);
        int second = client.link.last(ProducerOpened.class).handle();
        client.send(TestClient.publish(second, 1, "created", "b"));
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(second, Ranges.of(1, 1)));
        assertThat(client.link.all(ProducerOpened.class)).hasSize(2);
        assertThat(client.link.all(ProducerClosed.class)).isEmpty();
    }

    @Test
    void closingAProducerIsSaidUntilTheShardHeardIt() {
        int handle = client.openProducer("p");
        harness.shards.drop(CommandType.CLOSE_PRODUCER, 2);
        client.send(new CloseProducer(handle, false));
        assertThat(harness.shards.producers()).isEqualTo(1);
        pass(5_000);
        assertThat(harness.shards.producers()).isZero();
        assertThat(harness.loop.senders().size()).isZero();
        pass(10_000);
        assertThat(harness.loop.overdue().size()).isZero();
    }

    @Test
    void aShardThatNeverAnswersIsGivenUpWithoutAnOutcome() {
        int handle = client.openProducer("p");
        harness.shards.drop(CommandType.PUBLISH, 1_000);
        harness.shards.drop(CommandType.CLOSE_PRODUCER, 1_000);
        client.send(TestClient.publish(handle, 1, "created", "a"));
        pass(60_000);
        assertThat(client.link.last(ProducerClosed.class).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(client.link.all(Reject.class)).isEmpty();
        pass(300_000);
        assertThat(harness.loop.senders().size()).isZero();
    }

    // Consumers

    @Test
    void subscribingIsAskedForAgainWhicheverWayGotLost() {
        harness.shards.drop(CommandType.SUBSCRIBE, 1);
        client.send(new Subscribe(1, 5, 0, "orders/created"));
        pass(2_000);
        harness.shards.drop(ShardEvent.Subscribed.class, 1);
        client.send(new Subscribe(2, 5, 0, "orders/paid"));
        pass(2_000);
        assertThat(client.link.all(Subscribed.class)).hasSize(2);
        assertThat(harness.shards.consumers()).isEqualTo(2);
    }

    @Test
    void deliveriesThatCameBeforeTheLostAnswerToSubscribeAreSentAgain() {
        int producer = client.openProducer("");
        client.send(TestClient.publish(producer, 1, "created", "a", "b"));
        harness.shards.drop(ShardEvent.Subscribed.class, 1);
        client.send(new Subscribe(2, 5, 0, "orders/created"));
        pass(4_000);
        assertThat(tags()).containsExactly(1L, 2L);
    }

    @Test
    void aLostDeliveryBeforeOthersIsSentAgainInItsPlace() {
        harness.shards.drop(ShardEvent.Delivered.class, 2);
        consumerWithFour(10);
        harness.time.run();
        assertThat(tags()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(client.link.all(Deliver.class))
                .extracting(Deliver::deliveryCount)
                .containsOnly(1);
    }

    @Test
    void theLastDeliveryThatGotLostIsMissedWhenTheLeaderSaysWhereTheLogStands() {
        harness.shards.drop(ShardEvent.Delivered.class, 4);
        consumerWithFour(10);
        assertThat(tags()).isEmpty();
        pass(1_500);
        assertThat(tags()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aLostQuestionAboutDeliveriesIsAskedAgain() {
        harness.shards.drop(ShardEvent.Delivered.class, 2);
        harness.shards.dropAsks(1);
        consumerWithFour(10);
        assertThat(tags()).isEmpty();
        pass(2_000);
        assertThat(tags()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aDeliveryThatComesTwiceReachesTheClientOnce() {
        consumerWithFour(10);
        long sender = 2;
        ByteBuffer message = TestClient.publish(1, 1, "created", "a").messages();
        harness.shards.tell(
                harness.loop.origin().pack(), new ShardEvent.Delivered(sender, 1, 0, 1, 1, 1, 0, 0, message));
        harness.time.run();
        assertThat(tags()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void repeatedDeliveriesReachTheClientOnce() {
        consumerWithFour(10);
        harness.shards.drop(ShardEvent.Delivered.class, 1);
        int producer = client.openProducer("");
        client.send(TestClient.publish(producer, 1, "created", "e", "f"));
        harness.shards.announce(new ShardEvent.ContactRegained(SHARD));
        pass(5_000);
        assertThat(tags()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aLostAckIsSentAgain() {
        int consumer = consumerWithFour(4);
        harness.shards.drop(CommandType.SETTLE, 1);
        client.send(new Ack(consumer, Ranges.of(1, 4)));
        harness.time.pass(2_000);
        assertThat(client.link.last(Settled.class)).isEqualTo(new Settled(consumer, 1));
    }

    @Test
    void anAckAfterALostOneWaitsForItAndTheConsumerGoesOn() {
        int consumer = consumerWithFour(4);
        harness.shards.drop(CommandType.SETTLE, 1);
        client.send(new Ack(consumer, Ranges.of(1, 2)));
        client.send(new Ack(consumer, Ranges.of(3, 4)));
        harness.time.pass(200);
        assertThat(client.link.last(Settled.class)).isEqualTo(new Settled(consumer, 2));
        assertThat(client.link.all(ConsumerClosed.class)).isEmpty();
    }

    @Test
    void theLostNewsThatAnAckIsAppliedComesAgain() {
        int consumer = consumerWithFour(4);
        harness.shards.drop(ShardEvent.Settled.class, 1);
        client.send(new Ack(consumer, Ranges.of(1, 2)));
        assertThat(client.link.all(Settled.class)).isEmpty();
        harness.shards.tellStates();
        harness.time.run();
        assertThat(client.link.last(Settled.class)).isEqualTo(new Settled(consumer, 1));
    }

    @Test
    void lostCreditIsGivenAgain() {
        int consumer = consumerWithFour(1);
        harness.shards.drop(CommandType.SET_PREFETCH, 1);
        client.send(new SetPrefetch(consumer, 10, 0));
        assertThat(tags()).containsExactly(1L);
        harness.time.pass(2_000);
        assertThat(tags()).containsExactly(1L, 2L, 3L, 4L);
        int asked = harness.shards.count(CommandType.SET_PREFETCH);
        pass(20_000);
        assertThat(harness.shards.count(CommandType.SET_PREFETCH)).isEqualTo(asked);
    }

    @Test
    void leavingIsSaidUntilTheShardHeardItWhicheverWayGotLost() {
        int consumer = consumerWithFour(4);
        harness.shards.drop(CommandType.UNSUBSCRIBE, 1);
        client.send(new Unsubscribe(consumer));
        pass(2_000);
        assertThat(harness.shards.consumers()).isZero();
        client.subscribe(4);
        harness.shards.drop(CommandType.DETACH_CONSUMER, 1);
        client.connection.closed();
        harness.time.pass(2_000);
        assertThat(harness.shards.detached()).isEqualTo(1);
    }

    @Test
    void resumingIsAskedForAgainWhicheverWayGotLost() {
        consumerWithFour(4);
        byte[] token = client.link.last(Connected.class).resumeToken();
        long id = client.link.last(Subscribed.class).consumerId();
        client.connection.closed();
        harness.time.run();
        Client back =
                harness.new Client(new FakeLink("10.0.0.2")).send(TestClient.connect("acme", "key-of-acme", token));
        harness.shards.drop(ShardEvent.Subscribed.class, 1);
        back.send(new ResumeConsumer(7, id, 2, 10, 0, "orders/created"));
        harness.time.pass(4_000);
        harness.shards.tellStates();
        harness.time.pass(500);
        harness.shards.tellStates();
        harness.time.run();
        assertThat(back.link.all(Deliver.class)).extracting(Deliver::firstTag).containsExactly(3L, 4L);
    }

    // Gateways that are taken for lost

    @Test
    void aGatewayThatWasGivenUpLearnsItFromTheRollCallAndItsClientsMayComeAgain() {
        int consumer = consumerWithFour(4);
        harness.shards.loseGateways();
        harness.shards.announce(new ShardEvent.ContactRegained(SHARD));
        harness.time.run();
        ConsumerClosed closed = client.link.last(ConsumerClosed.class);
        assertThat(closed.handle()).isEqualTo(consumer);
        assertThat(closed.code().retryable()).isTrue();
    }

    @Test
    void anIdleConsumerThatWasGivenUpLearnsItWithoutAnyOccasion() {
        client.subscribe(4);
        harness.shards.loseGateways();
        pass(11_000);
        assertThat(client.link.last(ConsumerClosed.class).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aProducerThatWasGivenUpIsClosedWithoutARejectOfWhatMayBeStored() {
        int handle = client.openProducer("p");
        harness.shards.drop(ShardEvent.Confirmed.class, 1);
        client.send(TestClient.publish(handle, 1, "created", "a"));
        harness.shards.loseGateways();
        client.send(TestClient.publish(handle, 2, "created", "b"));
        assertThat(client.link.all(Reject.class)).isEmpty();
        assertThat(client.link.last(ProducerClosed.class).code().retryable()).isTrue();
        client.openProducer("p");
        assertThat(client.link.last(ProducerOpened.class).lastSequence()).isEqualTo(1);
    }

    @Test
    void anAckOfAnOldEpochMakesTheClientSubscribeAgain() {
        int consumer = consumerWithFour(4);
        harness.shards.loseGateways();
        client.send(new Ack(consumer, Ranges.of(1, 1)));
        assertThat(client.link.last(ConsumerClosed.class).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(4);
    }

    @Test
    void aConsumerThatIsClosedBeforeItsSubscribedArrivedIsAnsweredAllTheSame() {
        harness.shards.drop(ShardEvent.Subscribed.class, 1);
        client.send(new Subscribe(2, 4, 0, "orders/created"));
        harness.shards.closeConsumers(ErrorCode.NOT_FOUND);
        harness.time.run();
        assertThat(client.link.last(Failure.class).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(client.link.last(Failure.class).requestId()).isEqualTo(2);
    }

    // When nothing is lost

    @Test
    void whenAllIsWellNothingIsAskedTwice() {
        int producer = client.openProducer("");
        int consumer = client.subscribe(50);
        for (int i = 1; i <= 50; i++) {
            client.send(TestClient.publish(producer, i, "created", "m" + i));
            client.send(new Ack(consumer, Ranges.of(i, i)));
            pass(500);
        }
        assertThat(harness.shards.count(CommandType.PUBLISH)).isEqualTo(50);
        assertThat(harness.shards.count(CommandType.SETTLE)).isEqualTo(50);
        assertThat(harness.shards.count(CommandType.SUBSCRIBE)).isEqualTo(1);
        assertThat(harness.shards.asks()).isEqualTo(2);
        assertThat(harness.loop.overdue().size()).isZero();
    }
}
