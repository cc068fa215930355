package io.sluice.client;

import io.vertx.core.Vertx;

/** For applications that have a Vert.x of their own. */
public final class VertxSluice {
    private VertxSluice() {}

    /**
     * As {@link SluiceClient#connect}, on one event loop of this Vert.x, which stays open when the client is closed. Blocks: not for an event loop.
     */
    public static SluiceClient connect(Vertx vertx, ClientOptions options) {
        return SluiceClient.connectOn(vertx, options);
    }
}
