package io.sluice.log.raft;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A port on loopback that passes connections on to another one, and can close all of them. */
final class Relay {
    private final NetServer server;
    private final NetClient client;
    private final int target;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger passedCount = new AtomicInteger();

    Relay(Vertx vertx, int target) {
        this.target = target;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(this::pass);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    int port() {
        return server.actualPort();
    }

    /** Connections that were passed on so far. */
    int passedCount() {
        return passedCount.get();
    }

    private void pass(NetSocket caller) {
        caller.pause();
        client.connect(target, "127.0.0.1").onFailure(none -> caller.close()).onSuccess(called -> {
            passedCount.incrementAndGet();
            open.add(caller);
            caller.pipeTo(called);
            called.pipeTo(caller);
            called.closeHandler(none -> caller.close());
            caller.closeHandler(none -> {
                open.remove(caller);
                called.close();
            });
        });
    }

    void closeAll() {
        open.forEach(NetSocket::close);
    }
}
