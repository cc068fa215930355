package io.sluice.gateway.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameType;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket client of either subprotocol, on the JDK's own implementation. What a test does not ask for is skipped. */
public final class WebSocketTester implements WebSocket.Listener {
    private static final int PATIENCE_SECONDS = 20;

    private final LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final FrameDecoder decoder = new FrameDecoder(FrameType.Sender.SERVER, 1 << 24);
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    public WebSocketTester(int port, String subprotocol) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols(subprotocol)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), this)
                .join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            received.add(new JsonObject(text.toString()));
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        ByteBuf copy = Unpooled.copiedBuffer(data);
        decoder.decode(copy, received::add);
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        received.add("closed");
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        received.add("closed");
    }

    public WebSocketTester send(Frame... frames) {
        socket.sendBinary(ByteBuffer.wrap(SocketClient.encode(frames)), true).join();
        return this;
    }

    public WebSocketTester send(String json) {
        socket.sendText(json.replace('\'', '"'), true).join();
        return this;
    }

    public WebSocketTester sendBytes(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    /** The next object with this {@code op}. */
    public JsonObject next(String op) throws InterruptedException {
        while (true) {
            Object next = poll();
            if (next instanceof JsonObject json && op.equals(json.getString("op"))) {
                return json;
            }
            if (next.equals("closed")) {
                throw new AssertionError("closed before " + op);
            }
        }
    }

    public <T extends Frame> T next(Class<T> type) throws InterruptedException {
        while (true) {
            Object next = poll();
            if (type.isInstance(next)) {
                return type.cast(next);
            }
            if (next.equals("closed")) {
                throw new AssertionError("closed before " + type);
            }
        }
    }

    public void awaitEnd() throws InterruptedException {
        while (!poll().equals("closed")) {
            // skipped
        }
    }

    private Object poll() throws InterruptedException {
        Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    public void abort() {
        socket.abort();
    }
}
