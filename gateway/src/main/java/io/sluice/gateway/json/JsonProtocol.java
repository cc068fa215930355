package io.sluice.gateway.json;

import io.sluice.gateway.link.WebSocketWire;
import io.sluice.gateway.session.GatewayMeters.LinkMeters;
import io.sluice.gateway.session.Loop;
import io.sluice.gateway.spi.ClientConnection;
import io.vertx.core.http.ServerWebSocket;

/** Binds WebSockets to connections of the JSON protocol: one JSON object in each text message. <em>Confined to:</em> one event loop. */
public final class JsonProtocol {
    /** The WebSocket subprotocol. */
    public static final String SUBPROTOCOL = "sluice.v1.json";

    private final Loop loop;
    private final LinkMeters meters;

    public JsonProtocol(Loop loop, LinkMeters meters) {
        this.loop = loop;
        this.meters = meters;
    }

    public void accept(ServerWebSocket socket) {
        JsonRequestIds ids = new JsonRequestIds();
        long spareBytes = 2L * loop.settings().maxFrameBytes();
        JsonLink link = new JsonLink(new WebSocketWire(socket), loop.turn(), meters, spareBytes, ids);
        ClientConnection connection = loop.accept(link);
        if (connection == null) {
            return;
        }
        JsonPublishers publishers = new JsonPublishers(connection, ids, link);
        JsonRequests requests = new JsonRequests(connection, publishers, ids);
        link.publishers(publishers);
        link.outflow().whenWritable(connection::writable);
        socket.textMessageHandler(text -> {
            meters.framesIn().add(1);
            meters.bytesIn().add(text.length());
            connection.received(text.length());
            requests.read(text);
        });
        socket.binaryMessageHandler(
                bytes -> connection.broken("subprotocol " + SUBPROTOCOL + " takes text messages, got binary"));
        socket.pongHandler(pong -> connection.received(0));
        // Draining says goodbye in its own way.
        socket.shutdownHandler(listenerEnds -> {});
        socket.closeHandler(end -> connection.closed());
        socket.exceptionHandler(cause -> connection.broken("WebSocket: " + cause.getMessage()));
    }
}
