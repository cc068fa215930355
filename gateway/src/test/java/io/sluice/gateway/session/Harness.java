package io.sluice.gateway.session;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.sluice.gateway.spi.ClientConnection;
import io.sluice.gateway.testkit.FakeLink;
import io.sluice.gateway.testkit.FakeShards;
import io.sluice.gateway.testkit.FakeTenants;
import io.sluice.gateway.testkit.ManualLoop;
import io.sluice.gateway.testkit.NoMeters;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.gateway.testkit.TestSettings;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** One event loop of a gateway without sockets, with two tenants; and one of another node. */
final class Harness {
    static final long ACME = 1;
    static final long BETA = 2;
    static final long ACME_CREATED = 10 * ACME + FakeTenants.CREATED;

    final ManualLoop time = new ManualLoop();
    final FakeShards shards = new FakeShards(() -> time);
    final FakeTenants tenants = new FakeTenants().add(ACME, "acme").add(BETA, "beta");
    final GatewaySettings settings = TestSettings.plain();
    final GatewayMeters meters = new GatewayMeters(new NoMeters());
    final Loop loop;
    final Loop elsewhere;

    Harness() {
        loop = loop("n1", 0);
        elsewhere = loop("n2", 1);
        tenants.onChange(loop::changed);
    }

    private Loop loop(String id, int index) {
        NodeServices node = new NodeServices(
                id,
                settings,
                tenants,
                tenants,
                shards,
                new ConnectionLimits(settings.maxConnections(), settings.maxConnectionsPerAddress(), meters),
                new ResumeTokens(new Random(index)),
                new Crowd(time::nowNs),
                meters,
                () -> List.of("127.0.0.1:7610"),
                64 << 20);
        return new Loop(node, index, time, time);
    }

    /** A client on a link of its own. */
    final class Client {
        final FakeLink link;
        final ClientConnection connection;

        Client(FakeLink link) {
            this(loop, link);
        }

        Client(Loop on, FakeLink link) {
            this.link = link;
            this.connection = Objects.requireNonNull(on.accept(link));
        }

        /** Sends frames in one turn of the loop and lets everything settle. */
        Client send(Frame... frames) {
            for (Frame frame : frames) {
                connection.received(1);
                connection.accept(frame);
            }
            time.run();
            return this;
        }

        int openProducer(String name) {
            return openProducer(name, false);
        }

        int openProducer(String name, boolean rejectOverRate) {
            send(new OpenProducer(1, rejectOverRate, "orders", name));
            return link.last(ProducerOpened.class).handle();
        }

        int subscribe(int prefetch) {
            send(new Subscribe(2, prefetch, 0, "orders/created"));
            return link.last(Subscribed.class).handle();
        }
    }

    Client client() {
        return new Client(new FakeLink("10.0.0.1"));
    }

    Client connected(String tenant) {
        return client().send(TestClient.connect(tenant));
    }
}
