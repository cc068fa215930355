package io.sluice.gateway.simulation;

import io.sluice.gateway.testkit.TestClient;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.GoAway;
import io.sluice.protocol.frame.Heartbeat;

/** A client's connection: opened on some node, watched by heartbeats, opened again elsewhere when it is lost. */
final class SimClient implements Socket.Receiver {
    private static final long HEARTBEAT_NS = 2_000 * World.MILLI_NS;
    private static final long SILENCE_NS = 6_000 * World.MILLI_NS;

    private final Cluster cluster;
    private final String tenant;
    private final Use use;
    private Socket socket;
    private String node = "";
    private byte[] token = new byte[0];
    private long heardNs;
    private boolean ready;

    /** What the client does with its connection. */
    interface Use {
        void connected();

        void received(Frame frame);

        /** @param mayResume whether the next connection knows the resume token of this one */
        void lost();
    }

    SimClient(Cluster cluster, String tenant, Use use) {
        this.cluster = cluster;
        this.tenant = tenant;
        this.use = use;
        reconnect();
        watch();
    }

    void send(Frame frame) {
        if (socket != null) {
            socket.send(frame);
        }
    }

    boolean ready() {
        return ready;
    }

    String node() {
        return node;
    }

    /** The connection breaks. */
    void drop() {
        if (socket != null) {
            socket.abort();
            gone();
        }
    }

    private void gone() {
        socket = null;
        ready = false;
        use.lost();
        cluster.world.after(cluster.world.drawNs(10_000, 500_000), this::reconnect);
    }

    private void reconnect() {
        if (socket != null) {
            return;
        }
        SimNode to = cluster.someNode(node);
        if (to == null) {
            cluster.world.after(200 * World.MILLI_NS, this::reconnect);
            return;
        }
        node = to.id;
        heardNs = cluster.world.nowNs();
        socket = Socket.connect(cluster.world, to, this);
        socket.send(TestClient.connect(tenant, "key-of-" + tenant, token));
    }

    private void watch() {
        cluster.world.after(HEARTBEAT_NS, () -> {
            if (socket != null) {
                boolean silent = cluster.world.nowNs() - heardNs > SILENCE_NS;
                if (silent || !socket.peerAlive()) {
                    drop();
                } else {
                    socket.send(new Heartbeat());
                }
            }
            watch();
        });
    }

    @Override
    public void received(Socket from, Frame frame) {
        if (from != socket) {
            return;
        }
        heardNs = cluster.world.nowNs();
        if (frame instanceof Connected connected) {
            token = connected.resumeToken();
            ready = true;
            use.connected();
        } else if (frame instanceof GoAway || frame instanceof Failure failure && failure.requestId() == 0) {
            drop();
        } else if (!(frame instanceof Heartbeat)) {
            use.received(frame);
        }
    }

    @Override
    public void closed(Socket from) {
        if (from == socket) {
            gone();
        }
    }
}
