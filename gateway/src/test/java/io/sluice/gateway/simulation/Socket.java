package io.sluice.gateway.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.gateway.session.Loop;
import io.sluice.gateway.spi.ClientConnection;
import io.sluice.gateway.spi.ClientLink;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameEncoder;
import io.sluice.protocol.frame.FrameType;

/** A connection of a client to a node: in order both ways, until one side closes it or dies. */
final class Socket {
    private final World world;
    private final Process node;
    private final Receiver receiver;
    private final SimLink link = new SimLink();
    private ClientConnection connection;
    private boolean open = true;
    private boolean closedByNode;
    private long toNodeNs;
    private long toClientNs;

    /** The client's side. */
    interface Receiver {
        void received(Socket socket, Frame frame);

        void closed(Socket socket);
    }

    private Socket(World world, Process node, Receiver receiver) {
        this.world = world;
        this.node = node;
        this.receiver = receiver;
    }

    static Socket connect(World world, SimNode to, Receiver receiver) {
        Socket socket = new Socket(world, to.process(), receiver);
        Loop loop = to.loop();
        socket.toNode(() -> {
            socket.connection = loop.accept(socket.link);
            if (socket.connection == null) {
                socket.toClient(socket::lost);
            }
        });
        return socket;
    }

    boolean isOpen() {
        return open;
    }

    boolean peerAlive() {
        return node.alive();
    }

    void send(Frame frame) {
        ByteBuf bytes = Unpooled.buffer();
        FrameEncoder.encode(frame, bytes);
        toNode(() -> {
            if (connection != null && !closedByNode) {
                connection.received(bytes.readableBytes());
                new FrameDecoder(FrameType.Sender.CLIENT, 1 << 24).decode(bytes, connection::accept);
            }
        });
    }

    /** The client gives the connection up; the node sees it later. */
    void abort() {
        if (open) {
            open = false;
            toNode(this::closedAtNode);
        }
    }

    private void closedAtNode() {
        if (connection != null && !closedByNode) {
            closedByNode = true;
            connection.closed();
        }
    }

    private void lost() {
        if (open) {
            open = false;
            receiver.closed(this);
        }
    }

    private void toNode(Runnable arrive) {
        toNodeNs = Math.max(toNodeNs + 1, world.nowNs() + world.drawNs(100, 2_000));
        world.after(toNodeNs - world.nowNs(), () -> node.after(0, arrive));
    }

    private void toClient(Runnable arrive) {
        toClientNs = Math.max(toClientNs + 1, world.nowNs() + world.drawNs(100, 2_000));
        world.after(toClientNs - world.nowNs(), () -> {
            if (open) {
                arrive.run();
            }
        });
    }

    private final class SimLink implements ClientLink {
        @Override
        public String remoteHost() {
            return "10.0.0.1";
        }

        @Override
        public boolean resumable() {
            return true;
        }

        @Override
        public void send(Frame frame) {
            if (!closedByNode) {
                ByteBuf bytes = Unpooled.buffer();
                FrameEncoder.encode(frame, bytes);
                toClient(() -> new FrameDecoder(FrameType.Sender.SERVER, 1 << 24)
                        .decode(bytes, each -> receiver.received(Socket.this, each)));
            }
        }

        @Override
        public boolean writable() {
            return !closedByNode;
        }

        @Override
        public void close() {
            abort();
        }

        @Override
        public void abort() {
            if (!closedByNode) {
                node.after(0, Socket.this::closedAtNode);
                toClient(Socket.this::lost);
            }
        }
    }
}
