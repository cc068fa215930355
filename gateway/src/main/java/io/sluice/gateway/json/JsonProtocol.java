package io.sluice.gateway.json;

import io.sluice.gateway.session.GatewayMeters.LinkMeters;
import io.sluice.gateway.session.Loop;
import io.vertx.core.http.ServerWebSocket;

/** Placeholder. */
public final class JsonProtocol {
    public static final String SUBPROTOCOL = "sluice.v1.json";

    public JsonProtocol(Loop loop, LinkMeters meters) {}

    public void accept(ServerWebSocket socket) {}
}
