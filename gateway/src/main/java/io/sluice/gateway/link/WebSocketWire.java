package io.sluice.gateway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.http.WebSocketInternal;

/** A WebSocket; what is written in one call is one binary message. */
public final class WebSocketWire implements Wire {
    private final ServerWebSocket socket;
    private final String remoteHost;

    public WebSocketWire(ServerWebSocket socket) {
        this.socket = socket;
        String host = socket.remoteAddress().hostAddress();
        this.remoteHost = host == null ? String.valueOf(socket.remoteAddress().host()) : host;
    }

    @Override
    public String remoteHost() {
        return remoteHost;
    }

    /** On the heap: a message is cut into WebSocket frames whose memory nobody releases. */
    @Override
    public ByteBuf buffer(int bytes) {
        return Unpooled.buffer(bytes);
    }

    @Override
    public Future<Void> write(ByteBuf bytes) {
        return socket.writeBinaryMessage(BufferInternal.buffer(bytes));
    }

    /** One text message. */
    public Future<Void> writeText(String text) {
        return socket.writeTextMessage(text);
    }

    /** A ping; clients answer it by themselves. */
    public Future<Void> ping() {
        return socket.writePing(BufferInternal.buffer(0));
    }

    @Override
    public void close() {
        if (!socket.isClosed()) {
            // Where there is one, Vert.x leaves even this close to the handler.
            socket.shutdownHandler(null);
            socket.close();
        }
    }

    @Override
    public void abort() {
        if (socket instanceof WebSocketInternal internal) {
            var unused = internal.channelHandlerContext().channel().close();
        } else {
            socket.close();
        }
    }
}
