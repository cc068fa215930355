package io.sluice.benchmark.chaos;

import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.VertxSluice;
import io.sluice.client.local.LocalCluster;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What all clients of a run share. Safe for any thread. */
record Stage(LocalCluster cluster, Judge judge, Availability availability) {
    private static final int HEARTBEAT_MS = 2_000;

    static Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setPreferNativeTransport(true));
    }

    /** A client that tries the given node first. */
    SluiceClient connect(Vertx vertx, String tenant, String key, int firstNode) {
        List<String> seeds = new ArrayList<>(cluster.tcp());
        Collections.rotate(seeds, -firstNode);
        return VertxSluice.connect(
                vertx,
                ClientOptions.builder()
                        .seeds(seeds.toArray(String[]::new))
                        .tenant(tenant)
                        .key(key)
                        .name("chaos")
                        .connectTimeoutMs(3_000)
                        .heartbeatMs(HEARTBEAT_MS)
                        .backoffMs(50, 1_000)
                        .build());
    }
}
