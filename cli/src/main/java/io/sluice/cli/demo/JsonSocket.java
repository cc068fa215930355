package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket client of the JSON subprotocol, made of nothing but the JDK, as a browser would be. */
final class JsonSocket implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long ANSWER_TIMEOUT_S = 10;

    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    JsonSocket(String ws) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("sluice.v1.json")
                .buildAsync(URI.create(ws), new Reader())
                .join();
    }

    /** Sends one object, given as JSON text. */
    void send(String json) {
        socket.sendText(json, true).join();
    }

    /** The next object of this kind; others that come before it are passed over. */
    JsonNode await(String op) throws IOException, InterruptedException {
        while (true) {
            JsonNode node = received.poll(ANSWER_TIMEOUT_S, TimeUnit.SECONDS);
            if (node == null) {
                throw new IOException("no '" + op + "' came over the WebSocket within " + ANSWER_TIMEOUT_S + " s");
            }
            String got = node.path("op").asText();
            if (got.equals(op)) {
                return node;
            }
            if (got.equals("error") || got.equals("reject")) {
                throw new IOException("the server answered " + node);
            }
        }
    }

    @Override
    public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private final class Reader implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                try {
                    received.add(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    received.add(JSON.createObjectNode().put("op", "error").put("message", "not JSON: " + text));
                }
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }
}
