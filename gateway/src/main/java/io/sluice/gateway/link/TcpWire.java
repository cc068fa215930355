package io.sluice.gateway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/** A TCP socket, with or without TLS. */
public final class TcpWire implements Wire {
    private final NetSocketInternal socket;
    private final String remoteHost;

    public TcpWire(NetSocket socket) {
        this.socket = (NetSocketInternal) socket;
        String host = socket.remoteAddress().hostAddress();
        // One read a turn of the loop: a client that floods must not keep the others on the loop waiting for sixteen of
        // its reads.
        this.socket.channelHandlerContext().channel().config().setOption(ChannelOption.MAX_MESSAGES_PER_READ, 1);
        this.remoteHost = host == null ? String.valueOf(socket.remoteAddress().host()) : host;
    }

    @Override
    public String remoteHost() {
        return remoteHost;
    }

    @Override
    public ByteBuf buffer(int bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
    }

    @Override
    public Future<Void> write(ByteBuf bytes) {
        return socket.writeMessage(bytes);
    }

    @Override
    public void close() {
        // Where there is one, Vert.x leaves even this close to the handler.
        socket.shutdownHandler(null);
        socket.close();
    }

    /** Not by way of the socket, which would wait for the client to read what was written. */
    @Override
    public void abort() {
        var unused = socket.channelHandlerContext().channel().close();
    }
}
