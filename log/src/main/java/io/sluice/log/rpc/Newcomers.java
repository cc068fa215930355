package io.sluice.log.rpc;

import io.sluice.log.rpc.RpcRefusals.Reason;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Connections that have not sent one whole request of our cluster yet: few, and not for long.
 *
 * <p>When there are too many the oldest goes, not the newest: a node proves itself at once, a stranger who holds connections open doesn't.
 * Safe for any thread.
 */
final class Newcomers {
    static final int MAX_COUNT = 256;
    private static final long MAX_MS = 5_000;

    private final Vertx vertx;
    private final RpcRefusals refusals;
    private final Map<NetSocket, Long> timers = new LinkedHashMap<>();

    Newcomers(Vertx vertx, RpcRefusals refusals) {
        this.vertx = vertx;
        this.refusals = refusals;
    }

    void add(NetSocket socket) {
        NetSocket oldest = null;
        synchronized (this) {
            if (timers.size() >= MAX_COUNT) {
                Iterator<NetSocket> all = timers.keySet().iterator();
                oldest = all.next();
            }
            timers.put(socket, vertx.setTimer(MAX_MS, none -> drop(socket, Reason.SILENT, "no request within 5 s")));
        }
        if (oldest != null) {
            drop(oldest, Reason.CROWD, "too many connections without a request");
        }
    }

    /** It proved itself, or is closed; whether it was one. */
    synchronized boolean remove(NetSocket socket) {
        Long timer = timers.remove(socket);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
        return timer != null;
    }

    private void drop(NetSocket socket, Reason reason, String why) {
        if (remove(socket)) {
            refusals.refuse(reason, socket.remoteAddress(), why);
            socket.close();
        }
    }
}
