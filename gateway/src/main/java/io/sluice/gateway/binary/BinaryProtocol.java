package io.sluice.gateway.binary;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.link.TcpWire;
import io.sluice.gateway.link.WebSocketWire;
import io.sluice.gateway.link.Wire;
import io.sluice.gateway.session.GatewayMeters.LinkMeters;
import io.sluice.gateway.session.Loop;
import io.sluice.gateway.spi.ClientConnection;
import io.sluice.protocol.frame.BadFrame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameType;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * Binds sockets to connections of the binary protocol, on TCP and in binary WebSocket messages, where the messages' bounds mean nothing.
 *
 * <p><em>Confined to:</em> one event loop.
 */
public final class BinaryProtocol {
    /** The WebSocket subprotocol. */
    public static final String SUBPROTOCOL = "sluice.v1";

    private final Loop loop;
    private final LinkMeters tcpMeters;
    private final LinkMeters webSocketMeters;

    public BinaryProtocol(Loop loop, LinkMeters tcpMeters, LinkMeters webSocketMeters) {
        this.loop = loop;
        this.tcpMeters = tcpMeters;
        this.webSocketMeters = webSocketMeters;
    }

    public void accept(NetSocket socket) {
        Reader reader = open(new TcpWire(socket), tcpMeters);
        if (reader != null) {
            socket.handler(bytes -> reader.read(((BufferInternal) bytes).getByteBuf()));
            socket.closeHandler(end -> reader.connection.closed());
            // Draining says goodbye in its own way.
            socket.shutdownHandler(listenerEnds -> {});
            // The close handler follows.
            socket.exceptionHandler(cause -> {});
        }
    }

    public void accept(ServerWebSocket socket) {
        Reader reader = open(new WebSocketWire(socket), webSocketMeters);
        if (reader != null) {
            socket.frameHandler(frame -> readWebSocket(reader, frame));
            socket.pongHandler(pong -> reader.connection.received(0));
            // Draining says goodbye in its own way.
            socket.shutdownHandler(listenerEnds -> {});
            socket.closeHandler(end -> reader.connection.closed());
            socket.exceptionHandler(cause -> reader.connection.broken("WebSocket: " + cause.getMessage()));
        }
    }

    private static void readWebSocket(Reader reader, WebSocketFrame frame) {
        if (frame.isText()) {
            reader.connection.broken("subprotocol " + SUBPROTOCOL + " takes binary messages, got text");
        } else if (frame.isBinary() || frame.isContinuation()) {
            reader.read(((BufferInternal) frame.binaryData()).getByteBuf());
        } else {
            reader.connection.received(0);
        }
    }

    private @Nullable Reader open(Wire wire, LinkMeters meters) {
        BinaryLink link =
                new BinaryLink(wire, loop.turn(), meters, 2L * loop.settings().maxFrameBytes());
        ClientConnection connection = loop.accept(link);
        if (connection == null) {
            return null;
        }
        link.outflow().whenWritable(connection::writable);
        return new Reader(connection, meters, loop.settings().maxFrameBytes());
    }

    /** Bytes of one client to frames. */
    private static final class Reader {
        private final ClientConnection connection;
        private final LinkMeters meters;
        private final FrameDecoder decoder;

        Reader(ClientConnection connection, LinkMeters meters, int maxFrameBytes) {
            this.connection = connection;
            this.meters = meters;
            this.decoder = new FrameDecoder(FrameType.Sender.CLIENT, maxFrameBytes);
        }

        void read(ByteBuf bytes) {
            meters.bytesIn().add(bytes.readableBytes());
            connection.received(bytes.readableBytes());
            BadFrame bad = decoder.decode(bytes, frame -> {
                meters.framesIn().add(1);
                connection.accept(frame);
            });
            if (bad != null) {
                connection.broken(bad.message() + " (byte " + bad.offset() + " of the connection)");
            }
        }
    }
}
