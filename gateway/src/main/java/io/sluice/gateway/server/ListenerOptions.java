package io.sluice.gateway.server;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.concurrent.TimeUnit;

/** Options of the gateway's listeners. */
final class ListenerOptions {
    private static final int BACKLOG = 4096;
    private static final int HTTP_IDLE_SECONDS = 120;

    private ListenerOptions() {}

    static NetServerOptions tcp(GatewaySettings settings) {
        NetServerOptions options = new NetServerOptions()
                .setTcpNoDelay(true)
                .setAcceptBacklog(BACKLOG)
                .setSslHandshakeTimeout(settings.connectTimeoutMs())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        if (settings.tls().enabled()) {
            options.setSsl(true).setKeyCertOptions(pem(settings));
        }
        return options;
    }

    /** Without compression of WebSocket messages: what one inflates to has no bound. */
    static HttpServerOptions http(GatewaySettings settings) {
        HttpServerOptions options = new HttpServerOptions()
                .setTcpNoDelay(true)
                .setAcceptBacklog(BACKLOG)
                .setMaxWebSocketFrameSize(settings.maxFrameBytes())
                .setMaxWebSocketMessageSize(settings.maxFrameBytes())
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setWebSocketSubProtocols(SubProtocols.KNOWN)
                .setSslHandshakeTimeout(settings.connectTimeoutMs())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(HTTP_IDLE_SECONDS);
        if (settings.tls().enabled()) {
            options.setSsl(true).setKeyCertOptions(pem(settings));
        }
        return options;
    }

    private static PemKeyCertOptions pem(GatewaySettings settings) {
        return new PemKeyCertOptions()
                .addCertPath(settings.tls().cert())
                .addKeyPath(settings.tls().key());
    }
}
