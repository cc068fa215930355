package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.testkit.TestClient;
import io.sluice.gateway.testkit.TestGateway;
import io.sluice.gateway.testkit.TestSettings;
import io.sluice.gateway.testkit.WebSocketTester;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.tenantmanager.api.TenantChange;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebSocketIT {
    private static TestGateway node;

    @BeforeAll
    static void start() throws Exception {
        node = new TestGateway(TestSettings.plain(), 2);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static WebSocketTester json() {
        return new WebSocketTester(node.gateway.httpPort(), "sluice.v1.json");
    }

    private static WebSocketTester connected(String tenant) throws Exception {
        WebSocketTester client = json();
        client.send("{'op':'connect','tenant':'" + tenant + "','key':'key-of-" + tenant + "','client':'test'}");
        assertThat(client.next("connected").getInteger("heartbeatMs")).isEqualTo(10_000);
        return client;
    }

    @Test
    void binaryFramesTravelInBinaryMessages() throws Exception {
        WebSocketTester client = new WebSocketTester(node.gateway.httpPort(), "sluice.v1");
        client.send(TestClient.connect("beta"));
        client.next(Connected.class);
        client.send(new OpenProducer(1, false, "orders", ""), new Subscribe(2, 10, 0, "orders/created"));
        int handle = client.next(ProducerOpened.class).handle();
        client.send(TestClient.publish(handle, 1, "created", TestClient.body(200_000)));
        assertThat(client.next(Deliver.class).messages().remaining()).isEqualTo(200_009);
        client.next(Confirm.class);
        client.send("{'op':'connect'}");
        assertThat(client.next(Failure.class).message()).contains("binary messages");
        client.awaitEnd();
    }

    @Test
    void jsonPublishesConfirmsDeliversAndSettles() throws Exception {
        WebSocketTester client = connected("acme");
        client.send("{'op':'subscribe','id':2,'queue':'orders/created','prefetch':10}");
        JsonObject subscribed = client.next("subscribed");
        assertThat(subscribed.getInteger("id")).isEqualTo(2);
        int consumer = subscribed.getInteger("consumer");
        client.send(
                "{'op':'publish','id':'x','queue':'orders/created','key':'k1','headers':{'a':'b'},'body':'text ü'}");
        JsonObject delivered = client.next("deliver");
        assertThat(delivered.getString("body")).isEqualTo("text ü");
        assertThat(delivered.getString("key")).isEqualTo("k1");
        assertThat(delivered.getString("queue")).isEqualTo("orders/created");
        assertThat(delivered.getJsonObject("headers").getString("a")).isEqualTo("b");
        assertThat(delivered.getInteger("deliveryCount")).isEqualTo(1);
        long tag = delivered.getLong("tag");
        client.send("{'op':'nack','consumer':" + consumer + ",'tags':[" + tag + "],'requeue':true,'delayMs':0}");
        assertThat(client.next("deliver").getInteger("deliveryCount")).isEqualTo(2);
        client.send("{'op':'ack','consumer':" + consumer + ",'tags':[" + (tag + 1) + "]}");
        client.send("{'op':'publish','id':3,'queue':'orders/created','bodyBase64':'/w=='}");
        assertThat(client.next("confirm").getInteger("id")).isEqualTo(3);
        assertThat(node.shards.ready(11)).isZero();
        client.send("{'op':'unsubscribe','consumer':" + consumer + "}");
        client.next("unsubscribed");
        client.send("{'op':'close'}");
        client.next("closed");
        client.awaitEnd();
    }

    @Test
    void jsonRefusalsNameTheirRequestAndKeepTheConnection() throws Exception {
        WebSocketTester client = connected("acme");
        client.send("{'op':'publish','id':1,'queue':'orders/secret','body':'x'}");
        JsonObject reject = client.next("reject");
        assertThat(reject.getInteger("id")).isEqualTo(1);
        assertThat(reject.getString("code")).isEqualTo("FORBIDDEN");
        client.send("{'op':'publish','id':2,'queue':'nogroup/x','body':'x'}");
        assertThat(client.next("reject").getString("code")).isEqualTo("NOT_FOUND");
        client.send("{'op':'subscribe','id':3,'queue':'orders/none'}");
        assertThat(client.next("error").getInteger("id")).isEqualTo(3);
        client.send("{'op':'publish','id':4,'queue':'orders/paid','body':'x'}");
        assertThat(client.next("confirm").getInteger("id")).isEqualTo(4);
        client.abort();
    }

    @Test
    void jsonPublishesOfAThrottledTenantAreHeldAndThenRejected() throws Exception {
        WebSocketTester client = connected("beta");
        // Its producer is open then: what is refused comes after what is said of the limit.
        client.send("{'op':'publish','id':0,'queue':'orders/paid','body':'x'}");
        client.next("confirm");
        node.tenants.gate(2).publishWaitNs = 3_600_000_000_000L;
        try {
            String body = TestClient.body(50_000);
            for (int i = 1; i <= 10; i++) {
                client.send("{'op':'publish','id':" + i + ",'queue':'orders/paid','body':'" + body + "'}");
            }
            assertThat(client.next("throttled").getString("limit")).isEqualTo("publish.messagesPerSecond");
            JsonObject reject = client.next("reject");
            assertThat(reject.getString("code")).isEqualTo("THROTTLED");
            assertThat(reject.getInteger("retryAfterMs")).isPositive();
            node.tenants.gate(2).publishWaitNs = 0;
            node.tenants.change(new TenantChange.Updated(2));
            client.send("{'op':'publish','id':'last','queue':'orders/paid','body':'x'}");
            JsonObject confirm = client.next("confirm");
            while (!"last".equals(confirm.getValue("id"))) {
                confirm = client.next("confirm");
            }
            client.abort();
        } finally {
            node.tenants.gate(2).publishWaitNs = 0;
        }
    }

    @Test
    void publishThatIsSentAgainUnderItsNumberIsStoredOnce() throws Exception {
        String publish = "{'op':'publish','id':1,'queue':'orders/paid','producer':'till','seq':1,'body':'x'}";
        WebSocketTester first = connected("acme");
        first.send(publish);
        first.next("confirm");
        first.send("{'op':'publish','id':2,'queue':'orders/secret','producer':'till','seq':2,'body':'x'}");
        first.next("reject");
        first.abort();
        int stored = node.shards.ready(12);
        WebSocketTester second = connected("acme");
        second.send(publish);
        second.next("confirm");
        second.send("{'op':'publish','id':3,'queue':'orders/paid','producer':'till','seq':9,'body':'x'}");
        assertThat(second.next("reject").getString("message")).contains("expected seq 3");
        assertThat(node.shards.ready(12)).isEqualTo(stored);
        second.abort();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "[1,2]",
                "'text'",
                "{}",
                "{'op':5}",
                "{'op':'fly'}",
                "{'op':'publish','queue':'orders/paid','body':'x'}",
                "{'op':'subscribe','id':1,'queue':'orders/paid'}",
                "{'op':'connect','tenant':'acme'}",
                "{'op':'connect','tenant':['acme'],'key':'k'}",
                "{'op':'connect','tenant':'acme','key':'wrong'}",
                "{'op':'ack','consumer':1,'tags':[1]}",
                "{'op':'ack','consumer':1,'tags':[-1]}",
                "{'op':'ack','consumer':-1,'tags':'all'}"
            })
    void whatIsNotTheProtocolGetsAnErrorAndTheEnd(String text) throws Exception {
        WebSocketTester client = json();
        client.send(text);
        JsonObject error = client.next("error");
        assertThat(error.getString("code")).isIn("BAD_FRAME", "UNAUTHENTICATED");
        assertThat(error.getString("message")).isNotEmpty();
        client.awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'op':'publish','queue':'orders/paid'}",
                "{'op':'publish','queue':'orders/paid','body':'x','bodyBase64':'eA=='}",
                "{'op':'publish','queue':'orders/paid','bodyBase64':'*'}",
                "{'op':'publish','queue':'paid','body':'x'}",
                "{'op':'publish','queue':'orders/paid','body':'x','priority':10}",
                "{'op':'publish','queue':'orders/paid','body':'x','ttlMs':-1}",
                "{'op':'publish','queue':'orders/paid','body':'x','headers':{'a':1}}",
                "{'op':'publish','queue':'orders/paid','body':'x','producer':'p'}",
                "{'op':'publish','id':{},'queue':'orders/paid','body':'x'}",
                "{'op':'subscribe','queue':'orders/paid','prefetch':0}",
                "{'op':'ack','consumer':99,'tags':[1]}",
                "{'op':'nack','consumer':1,'tags':[1],'requeue':'yes'}",
                "{'op':'ack','consumer':1,'tags':[]}"
            })
    void fieldThatIsWrongIsNamed(String text) throws Exception {
        WebSocketTester client = connected("acme");
        client.send(text);
        JsonObject error = client.next("error");
        assertThat(error.getString("code")).isEqualTo("BAD_FRAME");
        client.awaitEnd();
    }

    @Test
    void otherPathsAndSubprotocolsAreNotWebSocketsOfOurs() throws Exception {
        assertThatThrownBy(() -> new WebSocketTester(node.gateway.httpPort(), "mqtt"))
                .hasStackTraceContaining("400");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + node.gateway.httpPort() + "/v1/tenants"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("routes /v1/tenants");
    }

    @Test
    void drainingSendsWebSocketsAwayAndTakesNoNewConnections() throws Exception {
        try (TestGateway own = new TestGateway(TestSettings.plain(), 2)) {
            int port = own.gateway.httpPort();
            WebSocketTester stays = new WebSocketTester(port, "sluice.v1.json");
            stays.send("{'op':'connect','tenant':'acme','key':'key-of-acme','client':'test'}");
            stays.next("connected");
            var drained = own.gateway.drain(100);
            assertThat(stays.next("goaway").getString("code")).isEqualTo("UNAVAILABLE");
            stays.awaitEnd();
            drained.await(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> new WebSocketTester(port, "sluice.v1.json"))
                    .hasStackTraceContaining("ConnectException");
        }
    }
}
