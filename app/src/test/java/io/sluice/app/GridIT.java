package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigLoader;
import io.sluice.config.SluiceConfig;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GridIT {
    @Test
    void aSingleNodeIsClusteredAndUsesTheNativeTransport() throws Exception {
        SluiceConfig config = new ConfigLoader()
                .load(null, Map.of(), List.of("--bus-port", "0", "--grid-port", "0"), 512L << 20)
                .config();
        LogOutput.apply(config.logging());
        Vertx vertx =
                Grid.join(config).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        try {
            assertThat(vertx.isClustered()).isTrue();
            assertThat(vertx.isNativeTransportEnabled()).isTrue();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}
