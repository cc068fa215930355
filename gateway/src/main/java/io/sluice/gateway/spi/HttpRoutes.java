package io.sluice.gateway.spi;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Serves every HTTP request that is not a client's WebSocket; `app` puts the admin REST, health and metrics behind it. Called on the loop of the connection. */
@FunctionalInterface
public interface HttpRoutes extends Handler<HttpServerRequest> {}
