package io.sluice.app;

import io.sluice.config.SluiceConfig.ClusterTlsSettings;
import io.sluice.log.api.LogNodeOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeUnit;

/**
 * Mutual TLS between nodes, where it is configured: for Raft and for the event bus.
 *
 * <p>Vert.x' defaults for the bus trust everyone and ask callers for nothing. It never compares host names there, nor do we for Raft: only
 * nodes have certificates of this CA, and Raft checks the node's id in them.
 */
final class ClusterTls {
    private static final int HANDSHAKE_S = 5;

    private final ClusterTlsSettings settings;

    ClusterTls(ClusterTlsSettings settings) {
        this.settings = settings;
    }

    void secure(EventBusOptions bus) {
        if (!settings.enabled()) {
            return;
        }
        bus.setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setTrustAll(false)
                .setTrustOptions(trusted())
                .setKeyCertOptions(own());
        bus.setSslHandshakeTimeout(HANDSHAKE_S).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    }

    LogNodeOptions secure(LogNodeOptions logs) {
        if (!settings.enabled()) {
            return logs;
        }
        NetServerOptions server = new NetServerOptions()
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setTrustOptions(trusted())
                .setKeyCertOptions(own());
        NetClientOptions client = new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(trusted())
                .setKeyCertOptions(own());
        return logs.withTls(server, client);
    }

    private PemKeyCertOptions own() {
        return new PemKeyCertOptions().addCertPath(settings.cert()).addKeyPath(settings.key());
    }

    private PemTrustOptions trusted() {
        return new PemTrustOptions().addCertPath(settings.ca());
    }
}
