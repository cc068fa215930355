package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.session.Harness.Client;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.PublishCredit;
import io.sluice.protocol.frame.Reject;
import io.sluice.protocol.frame.Throttled;
import io.sluice.tenantmanager.api.TenantChange;
import org.junit.jupiter.api.Test;

final class FlowTest {
    private static final String KILOBYTE = TestClient.body(1000);

    private final Harness harness = new Harness();

    /** Publishes single messages until the credit is used up; answers the next sequence. */
    private static long useUp(Client client, int handle, long sequence, long limitBytes, long sentBytes) {
        long next = sequence;
        for (long sent = sentBytes; sent + 1009 <= limitBytes; sent += 1009) {
            client.send(TestClient.publish(handle, next++, "created", KILOBYTE));
        }
        return next;
    }

    @Test
    void creditGrowsForAProducerThatUsesItUp() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        long limit = client.link.last(ProducerOpened.class).creditLimit();
        long next = 1;
        long sent = 0;
        for (int round = 0; round < 12; round++) {
            long from = next;
            harness.shards.hold();
            next = useUp(client, handle, next, limit, sent);
            sent += (next - from) * 1009;
            harness.shards.release();
            harness.time.run();
            limit = client.link.last(PublishCredit.class).limitBytes();
        }
        assertThat(limit - sent)
                .isGreaterThan(2 << 20)
                .isLessThanOrEqualTo(harness.settings.maxInFlightBytesPerConnection());
        assertThat(client.link.all(Reject.class)).isEmpty();
    }

    @Test
    void publishBeyondTheCreditIsRejectedInOrderAndTheProducerGoesOn() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        harness.shards.hold();
        long next =
                useUp(client, handle, 1, client.link.last(ProducerOpened.class).creditLimit(), 0);
        client.send(TestClient.publish(handle, next, "created", KILOBYTE));
        harness.shards.release();
        harness.time.run();
        assertThat(client.link.last(Confirm.class).sequences().last(0)).isEqualTo(next - 1);
        assertThat(client.link.last(Reject.class).code()).isEqualTo(ErrorCode.THROTTLED);
        assertThat(client.link.last(Reject.class).retryAfterMs()).isPositive();
        client.send(TestClient.publish(handle, next + 1, "created", "goes on"));
        assertThat(client.link.last(Confirm.class).sequences().last(0)).isEqualTo(next + 1);
    }

    @Test
    void clientThatIgnoresItsCreditIsClosed() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        harness.shards.hold();
        String large = TestClient.body(500_000);
        for (int i = 1; i < 12; i++) {
            client.send(TestClient.publish(handle, i, "created", large));
        }
        assertThat(client.link.last(Failure.class).message()).contains("credit");
    }

    @Test
    void messageLargerThanTheCreditGoesWhenNothingIsUnconfirmed() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        client.send(TestClient.publish(handle, 1, "created", TestClient.body(500_000)));
        client.send(TestClient.publish(handle, 2, "created", TestClient.body(500_000)));
        assertThat(client.link.all(Confirm.class)).hasSize(2);
    }

    @Test
    void pausedTenantCannotGoOnMessageByMessage() {
        Client client = harness.connected("acme");
        harness.tenants.gate(Harness.ACME).publishWaitNs = 500_000_000;
        int handle = client.openProducer("p");
        String large = TestClient.body(100_000);
        client.send(TestClient.publish(handle, 1, "created", large));
        client.send(TestClient.publish(handle, 2, "created", large));
        assertThat(client.link.last(Reject.class).code()).isEqualTo(ErrorCode.THROTTLED);
        harness.time.pass(600);
        client.send(TestClient.publish(handle, 3, "created", large));
        assertThat(client.link.last(Confirm.class).sequences().last(0)).isEqualTo(3);
    }

    @Test
    void throttledTenantAloneWaitsOnASharedLoop() {
        Client slow = harness.connected("acme");
        Client quick = harness.connected("beta");
        harness.tenants.gate(Harness.ACME).publishWaitNs = 500_000_000;
        int slowHandle = slow.openProducer("p");
        int quickHandle = quick.openProducer("p");
        long limit = slow.link.last(ProducerOpened.class).creditLimit();
        useUp(slow, slowHandle, 1, limit, 0);
        useUp(quick, quickHandle, 1, limit, 0);
        assertThat(slow.link.all(PublishCredit.class)).isEmpty();
        assertThat(slow.link.all(Throttled.class)).hasSize(1);
        assertThat(slow.link.last(Throttled.class).limit()).isEqualTo("publish.messagesPerSecond");
        assertThat(quick.link.all(PublishCredit.class)).isNotEmpty();
        assertThat(quick.link.all(Throttled.class)).isEmpty();
        // What it sent within its credit is confirmed all the same, and its other queues are served.
        assertThat(slow.link.all(Confirm.class)).isNotEmpty();
        slow.subscribe(1);
        assertThat(slow.link.all(Deliver.class)).hasSize(1);
        harness.time.pass(600);
        assertThat(slow.link.all(PublishCredit.class)).isNotEmpty();
    }

    /** Its client sends all that the credit allows at once, so the first wait of each pause is short. */
    @Test
    void aTenantOverItsRateIsPacedEvenlyAndNotInBurstsOfItsWholeCredit() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        long limit = client.link.last(ProducerOpened.class).creditLimit();
        long next = 1;
        long sent = 0;
        long longestMs = 0;
        for (int pause = 0; pause < 100; pause++) {
            long owedMs = 0;
            for (; sent + 1009 <= limit; sent += 1009) {
                owedMs++;
                harness.tenants.gate(Harness.ACME).publishWaitNs = owedMs * 1_000_000;
                client.send(TestClient.publish(handle, next++, "created", KILOBYTE));
            }
            longestMs = Math.max(longestMs, owedMs);
            harness.time.pass(owedMs + 1);
            limit = client.link.last(PublishCredit.class).limitBytes();
        }
        assertThat(longestMs).isLessThan(150);
    }

    @Test
    void throttledIsSaidOnceAnEpisode() {
        Client client = harness.connected("acme");
        harness.tenants.gate(Harness.ACME).publishWaitNs = 100_000_000;
        int handle = client.openProducer("p");
        for (int i = 1; i <= 5; i++) {
            client.send(TestClient.publish(handle, i, "created", "m"));
            harness.time.pass(150);
        }
        assertThat(client.link.all(Throttled.class)).hasSize(1);
        harness.time.pass(3000);
        client.connection.received(1);
        client.send(TestClient.publish(handle, 6, "created", "m"));
        assertThat(client.link.all(Throttled.class)).hasSize(2);
    }

    @Test
    void raisedLimitEndsThePauseAtOnce() {
        Client client = harness.connected("acme");
        harness.tenants.gate(Harness.ACME).publishWaitNs = 3_600_000_000_000L;
        int handle = client.openProducer("p");
        useUp(client, handle, 1, client.link.last(ProducerOpened.class).creditLimit(), 0);
        assertThat(client.link.all(PublishCredit.class)).isEmpty();
        harness.tenants.gate(Harness.ACME).publishWaitNs = 0;
        harness.tenants.change(new TenantChange.Updated(Harness.ACME));
        harness.time.run();
        assertThat(client.link.all(PublishCredit.class)).hasSize(1);
    }

    @Test
    void overTheRateIsRejectedWhereTheProducerOrThePublishAsksForIt() {
        Client client = harness.connected("acme");
        harness.tenants.gate(Harness.ACME).publishWaitNs = 100_000_000;
        int rejecting = client.openProducer("r", true);
        client.send(TestClient.publish(rejecting, 1, "created", "m"));
        assertThat(client.link.last(Reject.class).retryAfterMs()).isEqualTo(70);
        int pacing = client.openProducer("p");
        client.send(TestClient.publish(pacing, 1, "created", Publish.REJECT_OVER_RATE, "m"));
        assertThat(client.link.last(Reject.class).handle()).isEqualTo(pacing);
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isZero();
    }

    @Test
    void deliveriesWaitForAClientThatDoesNotRead() {
        Client client = harness.connected("acme");
        int producer = client.openProducer("p");
        client.subscribe(100);
        client.link.readable = false;
        client.send(TestClient.publish(producer, 1, "created", "a", "b", "c"));
        assertThat(client.link.all(Deliver.class)).isEmpty();
        client.link.readable = true;
        client.connection.writable();
        assertThat(client.link.all(Deliver.class)).extracting(Deliver::firstTag).containsExactly(1L, 2L, 3L);
    }

    @Test
    void creditIsHeldBackFromAClientThatDoesNotRead() {
        Client client = harness.connected("acme");
        int handle = client.openProducer("p");
        client.link.readable = false;
        useUp(client, handle, 1, client.link.last(ProducerOpened.class).creditLimit(), 0);
        assertThat(client.link.all(PublishCredit.class)).isEmpty();
        client.link.readable = true;
        client.connection.writable();
        assertThat(client.link.all(PublishCredit.class)).hasSize(1);
    }

    @Test
    void clientThatTakesNothingIsClosedAndItsMessagesReturnAfterTheGrace() {
        Client client = harness.connected("acme");
        client.link.resumable = false;
        int producer = client.openProducer("p");
        client.subscribe(2);
        client.link.readable = false;
        client.send(TestClient.publish(producer, 1, "created", "a", "b", "c"));
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            client.connection.received(1);
            harness.time.pass(1000);
        }
        assertThat(client.link.closed()).isTrue();
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(3);
    }

    @Test
    void deliveriesOverTheRateWaitForTheirTenantAlone() {
        Client slow = harness.connected("acme");
        Client quick = harness.connected("beta");
        harness.tenants.gate(Harness.ACME).deliverWaitNs = 200_000_000;
        for (Client client : new Client[] {slow, quick}) {
            int producer = client.openProducer("p");
            client.subscribe(10);
            client.send(TestClient.publish(producer, 1, "created", "a", "b", "c"));
        }
        assertThat(slow.link.all(Deliver.class)).hasSize(1);
        assertThat(slow.link.last(Throttled.class).limit()).isEqualTo("deliver.messagesPerSecond");
        assertThat(quick.link.all(Deliver.class)).hasSize(3);
        harness.time.pass(250);
        assertThat(slow.link.all(Deliver.class)).hasSize(2);
        harness.time.pass(250);
        assertThat(slow.link.all(Deliver.class)).hasSize(3);
    }
}
