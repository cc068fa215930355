package io.sluice.systemtests;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that speaks the JSON subprotocol as a browser or a script would. */
final class JsonClient implements AutoCloseable {
    private static final int WAIT_S = 30;

    private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    JsonClient(Vertx vertx, String url) throws Exception {
        WebSocketConnectOptions options =
                new WebSocketConnectOptions().setAbsoluteURI(url).setSubProtocols(List.of("sluice.v1.json"));
        socket = vertx.createWebSocketClient()
                .webSocket()
                .textMessageHandler(text -> received.add(new JsonObject(text)))
                .closeHandler(closed -> received.add(new JsonObject().put("op", "(closed)")))
                .connect(options)
                .toCompletionStage()
                .toCompletableFuture()
                .get(WAIT_S, TimeUnit.SECONDS);
    }

    JsonClient login(String tenant, String key) throws Exception {
        send("connect", new JsonObject().put("tenant", tenant).put("key", key).put("client", "test"));
        await("connected");
        return this;
    }

    void send(String op, JsonObject fields) {
        JsonObject message = new JsonObject().put("op", op);
        socket.writeTextMessage(message.mergeIn(fields).encode());
    }

    /** The next message, which must have this op; heartbeats are passed over. */
    JsonObject await(String op) throws Exception {
        JsonObject message = received.poll(WAIT_S, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no " + op + " within " + WAIT_S + " s");
        }
        if (!op.equals(message.getString("op"))) {
            throw new AssertionError("expected " + op + ", got " + message.encode());
        }
        return message;
    }

    @Override
    public void close() {
        socket.close();
    }
}
