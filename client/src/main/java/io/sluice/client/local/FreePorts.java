package io.sluice.client.local;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Ports that nobody listens at now. */
final class FreePorts {
    /** Below those that the system gives to outgoing connections: one of these must not sit on a node's port while it is started again. */
    private static final int FIRST = 16_000;

    private static final int RANGE = 16_000;

    private FreePorts() {}

    static List<Integer> choose(int count) throws IOException {
        Random random = new Random();
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int tries = 0; sockets.size() < count; tries++) {
                try {
                    int port = FIRST + random.nextInt(RANGE);
                    sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (BindException taken) {
                    if (tries > RANGE) {
                        throw taken;
                    }
                }
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
