package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.session.Harness.Client;
import io.sluice.gateway.testkit.FakeLink;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.Close;
import io.sluice.protocol.frame.Closed;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.GoAway;
import io.sluice.protocol.frame.Heartbeat;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Unsubscribe;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.tenantmanager.api.TenantChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConnectionTest {
    private final Harness harness = new Harness();

    private static Failure failure(Client client) {
        return client.link.last(Failure.class);
    }

    @Test
    void firstFrameMustBeConnectAndComeOnce() {
        Client early = harness.client().send(new Subscribe(1, 1, 0, "orders/created"));
        assertThat(failure(early).message()).isEqualTo("the first frame must be CONNECT, got SUBSCRIBE");
        Client twice = harness.connected("acme").send(TestClient.connect("acme"));
        assertThat(failure(twice).message()).isEqualTo("CONNECT came twice");
        assertThat(harness.tenants.gate(Harness.ACME).connections()).isZero();
    }

    @Test
    void refusesOtherVersionsAndWrongKeys() {
        Client newer = harness.client().send(new Connect(2, 9, 0, 0, "acme", "key-of-acme", "", new byte[0]));
        assertThat(failure(newer).message()).contains("protocol version 1").contains("2 to 9");
        Client wrong = harness.client().send(TestClient.connect("acme", "guess", new byte[0]));
        assertThat(failure(wrong).code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        harness.time.pass(1000);
        assertThat(wrong.link.closed()).isTrue();
    }

    @Test
    void tenantsQuotaOfConnectionsIsNamed() {
        harness.tenants.gate(Harness.ACME).maxConnections = 1;
        Client first = harness.connected("acme");
        Client second = harness.connected("acme");
        assertThat(failure(second).code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        first.connection.closed();
        assertThat(harness.connected("acme").link.all(Connected.class)).hasSize(1);
    }

    @Test
    void addressWithoutSessionsIsLimitedAndOneWithSessionsIsNot() {
        List<Client> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(harness.client());
        }
        FakeLink refused = new FakeLink("10.0.0.1");
        assertThat(harness.loop.accept(refused)).isNull();
        assertThat(refused.last(Failure.class).message()).contains("gateway.maxConnectionsPerAddress");
        assertThat(harness.loop.accept(new FakeLink("10.0.0.2"))).isNotNull();
        waiting.get(0).send(TestClient.connect("acme"));
        assertThat(harness.loop.accept(new FakeLink("10.0.0.1"))).isNotNull();
        waiting.forEach(client -> client.connection.closed());
        assertThat(harness.meters.connections.get()).isEqualTo(2);
    }

    @Test
    void clientThatNeverConnectsIsClosed() {
        Client client = harness.client();
        harness.time.pass(3500);
        assertThat(failure(client).message()).contains("no CONNECT within 2000 ms");
        assertThat(client.link.closed()).isTrue();
    }

    @Test
    void silentClientIsClosedAndOneWithHeartbeatsIsNot() {
        Client silent = harness.connected("acme");
        Client alive = harness.connected("acme");
        for (int i = 0; i < 30; i++) {
            harness.time.pass(1000);
            alive.send(new Heartbeat());
        }
        assertThat(silent.link.closed()).isTrue();
        assertThat(alive.link.closed()).isFalse();
        assertThat(alive.link.all(Heartbeat.class).size()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void answersAHeartbeatAtOnceButNotEachOfAFlood() {
        Client client = harness.connected("acme");
        harness.time.pass(1000);
        int before = client.link.all(Heartbeat.class).size();
        for (int i = 0; i < 1_000; i++) {
            client.send(new Heartbeat());
        }
        assertThat(client.link.all(Heartbeat.class)).hasSize(before + 1);
    }

    @Test
    void sessionsOfASuspendedTenantEndAndOthersGoOn() {
        Client acme = harness.connected("acme");
        Client beta = harness.connected("beta");
        acme.subscribe(5);
        harness.tenants.change(new TenantChange.Suspended(Harness.ACME));
        harness.time.pass(1000);
        assertThat(acme.link.last(GoAway.class).code()).isEqualTo(ErrorCode.TENANT_SUSPENDED);
        assertThat(acme.link.closed()).isTrue();
        assertThat(beta.link.closed()).isFalse();
        assertThat(harness.shards.consumers()).isZero();
    }

    @Test
    void anIsolatedNodeAsksClientsToTryOthersServesThoseThatStayAndTakesNoNewOnes() {
        Client acme = harness.connected("acme");
        harness.loop.isolate(new GoAway(ErrorCode.UNAVAILABLE, "cut off", List.of("127.0.0.2:7610")));
        harness.time.pass(1000);
        assertThat(acme.link.last(GoAway.class).endpoints()).containsExactly("127.0.0.2:7610");
        assertThat(acme.link.closed()).isFalse();
        assertThat(acme.openProducer("p")).isPositive();
        Client late = harness.client().send(TestClient.connect("acme"));
        assertThat(late.link.last(Failure.class).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        harness.time.pass(1000);
        assertThat(late.link.closed()).isTrue();
        harness.loop.isolate(null);
        assertThat(harness.connected("acme").link.closed()).isFalse();
    }

    @Test
    void onlySessionsOfARevokedKeyEnd() {
        Client one = harness.client().send(TestClient.connect("acme", "key-of-acme-1", new byte[0]));
        Client two = harness.client().send(TestClient.connect("acme", "key-of-acme-2", new byte[0]));
        harness.tenants.change(new TenantChange.KeyRevoked(Harness.ACME, "key-of-acme-1"));
        harness.time.pass(1000);
        assertThat(one.link.closed()).isTrue();
        assertThat(two.link.closed()).isFalse();
    }

    @Test
    void closeReturnsMessagesAtOnce() {
        Client client = harness.connected("acme");
        int producer = client.openProducer("");
        client.subscribe(1);
        client.send(TestClient.publish(producer, 1, "created", "a"), new Close());
        assertThat(client.link.last(Closed.class)).isNotNull();
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isEqualTo(1);
        assertThat(harness.shards.producers()).isZero();
        assertThat(harness.loop.senders().size()).isZero();
        assertThat(harness.tenants.gate(Harness.ACME).connections()).isZero();
    }

    @Test
    void consumerOfALostConnectionGoesOnWithWhatItHad() {
        Client lost = harness.connected("acme");
        int producer = lost.openProducer("p");
        int consumer = lost.subscribe(10);
        lost.send(TestClient.publish(producer, 1, "created", "a", "b", "c"));
        lost.send(new Ack(consumer, Ranges.of(1, 1)));
        lost.connection.closed();
        harness.time.run();
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isZero();

        Client back = resume(lost, "acme");
        back.send(new ResumeConsumer(7, lost.link.last(Subscribed.class).consumerId(), 2, 10, 0, "orders/created"));
        int handle = back.link.last(Subscribed.class).handle();
        assertThat(back.link.all(Deliver.class)).extracting(Deliver::firstTag).containsExactly(3L);
        back.send(new Ack(handle, Ranges.of(2, 3)));
        assertThat(back.link.all(Failure.class)).isEmpty();
        assertThat(harness.tenants.gate(Harness.ACME).unacked()).isEqualTo(10);
    }

    @Test
    void connectionThatIsNotYetKnownToBeLostIsReplaced() {
        Client old = harness.connected("acme");
        old.subscribe(10);
        Client back = resume(old, "acme");
        back.send(new ResumeConsumer(7, old.link.last(Subscribed.class).consumerId(), 0, 10, 0, "orders/created"));
        assertThat(back.link.all(Subscribed.class)).hasSize(1);
        assertThat(old.link.closed()).isTrue();
        assertThat(harness.shards.consumers()).isEqualTo(1);
    }

    @Test
    void resumeTokenAndConsumerIdAreOfNoUseToAnotherTenantOrKeyOrForAnotherQueue() {
        Client lost = harness.connected("acme");
        lost.subscribe(10);
        lost.connection.closed();
        long id = lost.link.last(Subscribed.class).consumerId();
        byte[] token = lost.link.last(Connected.class).resumeToken();
        for (String tenant : List.of("acme", "beta")) {
            String key = "key-of-" + tenant + (tenant.equals("acme") ? "-2" : "");
            Client other = harness.client().send(TestClient.connect(tenant, key, token));
            other.send(new ResumeConsumer(7, id, 0, 10, 0, "orders/created"));
            assertThat(failure(other).code()).isEqualTo(ErrorCode.NOT_FOUND);
        }
        Client again = resume(lost, "acme");
        for (String queue : List.of("orders/paid", "orders/nowhere")) {
            again.send(new ResumeConsumer(8, id, 0, 10, 0, queue));
            assertThat(again.link.last(Failure.class).code()).isEqualTo(ErrorCode.NOT_FOUND);
        }
        again.send(new ResumeConsumer(8, id, 0, 10, 0, "orders/secret"));
        assertThat(again.link.last(Failure.class).code()).isEqualTo(ErrorCode.FORBIDDEN);
        again.send(new ResumeConsumer(8, id + 1, 0, 10, 0, "orders/created"));
        assertThat(again.link.last(Failure.class).code()).isEqualTo(ErrorCode.NOT_FOUND);
        again.send(new ResumeConsumer(8, id, 0, 0, 0, ""));
        assertThat(again.link.last(Failure.class).message()).contains("subscribe anew");
        again.send(new ResumeConsumer(9, id, 0, 10, 0, "orders/created"));
        assertThat(again.link.last(Subscribed.class).requestId()).isEqualTo(9);
    }

    @Test
    void consumerGoesOnOnAnotherNodeWhileTheOldOneStillHasTheConnection() {
        Client old = harness.connected("acme");
        int producer = old.openProducer("p");
        int consumer = old.subscribe(10);
        old.send(TestClient.publish(producer, 1, "created", "a", "b", "c"));
        long id = old.link.last(Subscribed.class).consumerId();
        byte[] token = old.link.last(Connected.class).resumeToken();

        Client back = harness.new Client(harness.elsewhere, new FakeLink("10.0.0.1"))
                .send(TestClient.connect("acme", "key-of-acme", token));
        back.send(new ResumeConsumer(7, id, 2, 5, 0, "orders/created"));
        int handle = back.link.last(Subscribed.class).handle();
        assertThat(back.link.all(Deliver.class)).extracting(Deliver::firstTag).containsExactly(3L);
        assertThat(back.link.all(Deliver.class))
                .extracting(Deliver::deliveryCount)
                .containsExactly(1);

        old.send(new Ack(consumer, Ranges.of(1, 1)));
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isZero();
        back.send(new Ack(handle, Ranges.of(1, 3)));
        back.send(new Unsubscribe(handle));
        assertThat(harness.shards.ready(Harness.ACME_CREATED)).isZero();
        assertThat(back.link.all(Failure.class)).isEmpty();
    }

    @Test
    void whatIsResumedOnAnotherNodeWaitsForTheShardToHaveALeader() {
        Client old = harness.connected("acme");
        old.subscribe(10);
        long id = old.link.last(Subscribed.class).consumerId();
        byte[] token = old.link.last(Connected.class).resumeToken();
        Client back = harness.new Client(harness.elsewhere, new FakeLink("10.0.0.1"))
                .send(TestClient.connect("acme", "key-of-acme", token));
        harness.shards.lose(CommandType.ATTACH_CONSUMER, 3);
        back.send(new ResumeConsumer(7, id, 0, 10, 0, "orders/created"));
        assertThat(back.link.all(Subscribed.class)).isEmpty();
        harness.time.pass(2_000);
        assertThat(back.link.all(Subscribed.class)).hasSize(1);
        assertThat(back.link.all(Failure.class)).isEmpty();
    }

    private Client resume(Client old, String tenant) {
        byte[] token = old.link.last(Connected.class).resumeToken();
        return harness.client().send(TestClient.connect(tenant, "key-of-" + tenant, token));
    }
}
