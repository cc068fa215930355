package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.sluice.gateway.session.Harness.Client;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.CloseProducer;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Reject;
import io.sluice.protocol.frame.Settled;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Unsubscribe;
import io.sluice.queuegroups.api.CommandType;
import org.junit.jupiter.api.Test;

final class SessionTest {
    private final Harness harness = new Harness();

    @Test
    void confirmsOfOneTurnLeaveInOneFrame() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        client.send(
                TestClient.publish(handle, 1, "created", "a", "b"),
                TestClient.publish(handle, 3, "paid", "c"),
                TestClient.publish(handle, 4, "created", "d"));
        assertThat(client.link.all(Confirm.class)).containsExactly(new Confirm(handle, Ranges.of(1, 4)));
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(3);
    }

    @Test
    void acksOfOneTurnBecomeOneSettle() {
        Client client = harness.connected("acme");
        int producer = client.openProducer("");
        int consumer = client.subscribe(10);
        client.send(TestClient.publish(producer, 1, "created", "a", "b", "c", "d"));
        client.send(
                new Ack(consumer, Ranges.of(1, 2)),
                new Ack(consumer, Ranges.of(3, 3)),
                new Nack(consumer, false, 0, Ranges.of(4, 4)));
        assertThat(harness.shards.count(CommandType.SETTLE)).isEqualTo(1);
        assertThat(client.link.last(Settled.class)).isEqualTo(new Settled(consumer, 3));
        Deliver again = client.link.last(Deliver.class);
        assertThat(again.firstTag()).isEqualTo(5);
        assertThat(again.deliveryCount()).isEqualTo(2);
    }

    @Test
    void refusedPublishUsesUpItsSequencesInTheLog() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        client.send(
                TestClient.publish(handle, 1, "created", "a"),
                TestClient.publish(handle, 2, "secret", "b", "c"),
                TestClient.publish(handle, 4, "nosuch", "d"),
                TestClient.publish(handle, 5, "created", "e"));
        assertThat(client.link.all(Reject.class))
                .extracting(Reject::firstSequence, Reject::lastSequence, Reject::code)
                .containsExactly(tuple(2L, 3L, ErrorCode.FORBIDDEN), tuple(4L, 4L, ErrorCode.NOT_FOUND));
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.ofBounds(1, 1, 5, 5)));
        assertThat(harness.shards.lastSequence(1010, "p")).isEqualTo(5);
    }

    @Test
    void refusalsForTheSameReasonInOneTurnAreOneCommand() {
        Client client = harness.connected("acme");
        harness.tenants.gate(Harness.ACME).storageFull = true;
        int handle = client.openProducer("p");
        client.send(
                TestClient.publish(handle, 1, "created", "a"),
                TestClient.publish(handle, 2, "created", "b"),
                TestClient.publish(handle, 3, "paid", "c"));
        assertThat(harness.shards.count(CommandType.SKIP_SEQUENCES)).isEqualTo(1);
        assertThat(client.link.last(Reject.class).lastSequence()).isEqualTo(3);
        assertThat(client.link.last(Reject.class).message()).contains("storageBytes");
    }

    @Test
    void publishOutOfSequenceUsesNoNumber() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        client.send(TestClient.publish(handle, 2, "created", "b"), TestClient.publish(handle, 1, "created", "a"));
        assertThat(client.link.last(Reject.class).code()).isEqualTo(ErrorCode.OUT_OF_SEQUENCE);
        assertThat(client.link.last(Reject.class).message()).isEqualTo("expected sequence 1, got 2");
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.of(1, 1)));
    }

    @Test
    void messageWithAWrongChecksumIsRejectedAndTheRestGoesOn() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        var broken = TestClient.publish(handle, 1, "created", "abc");
        broken.messages().put(broken.messages().limit() - 1, (byte) 'x');
        client.send(broken, TestClient.publish(handle, 2, "created", "d"));
        assertThat(client.link.last(Reject.class).code()).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(client.link.last(Reject.class).message()).contains("CRC32C");
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.of(2, 2)));
    }

    @Test
    void sendsLostPublishesAgainInOrder() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        harness.shards.lose(CommandType.PUBLISH, 1);
        client.send(TestClient.publish(handle, 1, "created", "a"), TestClient.publish(handle, 2, "created", "b"));
        assertThat(client.link.all(Confirm.class)).isEmpty();
        client.send(TestClient.publish(handle, 3, "created", "c"));
        harness.time.pass(100);
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.of(1, 3)));
        assertThat(client.link.all(Reject.class)).isEmpty();
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(3);
    }

    @Test
    void givesAProducerUpWhenItsShardStaysAway() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        harness.shards.lose(CommandType.PUBLISH, 1000);
        client.send(TestClient.publish(handle, 1, "created", "a"));
        for (int i = 0; i < 12; i++) {
            harness.time.pass(1000);
            client.connection.received(1);
        }
        assertThat(client.link.last(ProducerClosed.class).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(client.link.all(Reject.class)).isEmpty();
        assertThat(client.link.closed()).isFalse();
        harness.shards.lose(CommandType.PUBLISH, 0);
        client.openProducer("p");
        assertThat(client.link.last(ProducerOpened.class).lastSequence()).isZero();
    }

    @Test
    void firstPublishMayRepeatWhatHasAnOutcomeAlready() {
        Client lost = harness.connected("acme");
        int first = lost.openProducer("p");
        lost.send(TestClient.publish(first, 1, "created", "a", "b", "c"));
        lost.connection.closed();
        Client back = harness.connected("acme");
        int handle = back.openProducer("p");
        assertThat(back.link.last(ProducerOpened.class).lastSequence()).isEqualTo(3);
        back.send(TestClient.publish(handle, 2, "created", "b", "c"), TestClient.publish(handle, 4, "created", "d"));
        assertThat(back.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.of(2, 4)));
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(4);
        back.send(TestClient.publish(handle, 4, "created", "again"));
        assertThat(back.link.last(Reject.class).code()).isEqualTo(ErrorCode.OUT_OF_SEQUENCE);
    }

    @Test
    void newerConnectionFencesAProducer() {
        Client older = harness.connected("acme");
        Client newer = harness.connected("acme");
        int handle = older.openProducer("p");
        older.send(TestClient.publish(handle, 1, "created", "a"));
        newer.openProducer("p");
        assertThat(older.link.last(ProducerClosed.class).code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(newer.link.last(ProducerOpened.class).lastSequence()).isEqualTo(1);
        older.send(TestClient.publish(handle, 2, "created", "late"));
        assertThat(older.link.closed()).isFalse();
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(1);
    }

    @Test
    void whatIsUnderWayWhenAProducerIsClosedIsStillConfirmed() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        client.send(TestClient.publish(handle, 1, "created", "a"), new CloseProducer(handle, false));
        assertThat(client.link.last(Confirm.class)).isEqualTo(new Confirm(handle, Ranges.of(1, 1)));
        harness.time.run();
        assertThat(harness.shards.producers()).isZero();
    }

    @Test
    void ackOfWhatWasNeverSentEndsTheConnection() {
        Client client = harness.connected("acme");
        int consumer = client.subscribe(10);
        client.send(new Ack(consumer, Ranges.of(1, 1)));
        assertThat(client.link.last(Failure.class).code()).isEqualTo(ErrorCode.BAD_FRAME);
        harness.time.pass(1000);
        assertThat(client.link.closed()).isTrue();
        assertThat(harness.shards.consumers()).isZero();
    }

    @Test
    void handleThatNeverWasEndsTheConnectionAndOneThatIsGoneDoesNot() {
        Client client = harness.connected("acme");
        int consumer = client.subscribe(10);
        client.send(new Unsubscribe(consumer), new Ack(consumer, Ranges.of(1, 1)));
        client.send(new Ack(consumer, Ranges.of(1, 1)));
        assertThat(client.link.all(Failure.class)).isEmpty();
        client.send(new Ack(consumer + 1, Ranges.of(1, 1)));
        assertThat(client.link.last(Failure.class).message()).contains("handle " + (consumer + 1));
    }

    @Test
    void unsubscribeIsSaidAgainUntilTheShardHeardIt() {
        Client client = harness.connected("acme");
        client.subscribe(10);
        harness.shards.lose(CommandType.UNSUBSCRIBE, 3);
        client.connection.broken("garbage");
        client.connection.closed();
        harness.time.run();
        assertThat(harness.shards.consumers()).isEqualTo(1);
        harness.time.pass(2000);
        assertThat(harness.shards.consumers()).isZero();
        assertThat(harness.loop.senders().size()).isZero();
        assertThat(harness.tenants.gate(Harness.ACME).unacked()).isZero();
    }

    @Test
    void limitsOfAConnectionRefuseTheRequestAndKeepIt() {
        Client client = harness.connected("acme");
        for (int i = 0; i < 4; i++) {
            client.send(new OpenProducer(10 + i, false, "orders", ""), new Subscribe(20 + i, 1, 0, "orders/paid"));
        }
        client.send(new OpenProducer(14, false, "orders", ""), new Subscribe(24, 1, 0, "orders/paid"));
        assertThat(client.link.all(Failure.class))
                .extracting(Failure::requestId, Failure::code)
                .containsExactly(tuple(14, ErrorCode.QUOTA_EXCEEDED), tuple(24, ErrorCode.QUOTA_EXCEEDED));
        client.send(new Subscribe(30, 1, 0, "orders/secret"), new Subscribe(31, 1, 0, "orders/none"));
        assertThat(client.link.all(Failure.class)).extracting(Failure::code).contains(ErrorCode.NOT_FOUND);
        assertThat(client.link.closed()).isFalse();
    }

    @Test
    void clientsThatSubscribeAndLeaveOverAndOverLeaveNothingBehind() {
        Client client = harness.connected("acme");
        for (int i = 0; i < 2_000; i++) {
            client.send(new Unsubscribe(client.subscribe(1)));
        }
        assertThat(harness.shards.consumers()).isZero();
        assertThat(harness.loop.rollCall().size()).isZero();
    }
}
