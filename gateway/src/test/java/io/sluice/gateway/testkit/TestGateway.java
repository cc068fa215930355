package io.sluice.gateway.testkit;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.sluice.gateway.api.Gateway;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A gateway on real sockets before fake shards and tenants ({@code acme} 1, {@code beta} 2). */
public final class TestGateway implements AutoCloseable {
    public final Vertx vertx;
    public final FakeShards shards;
    public final FakeTenants tenants = new FakeTenants().add(1, "acme").add(2, "beta");
    public final Gateway gateway;

    public TestGateway(GatewaySettings settings, int loops) throws Exception {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        shards = new FakeShards(() -> {
            Context context = Objects.requireNonNull(Vertx.currentContext());
            return task -> context.runOnContext(nothing -> task.run());
        });
        gateway = Gateway.start(new Gateway.Parts(
                        vertx,
                        "n1",
                        settings,
                        loops,
                        tenants,
                        tenants,
                        shards,
                        new NoMeters(),
                        request -> request.response().end("routes " + request.path()),
                        List.of(),
                        () -> List.of("127.0.0.1:7610")))
                .await(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        gateway.close().await(10, TimeUnit.SECONDS);
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
