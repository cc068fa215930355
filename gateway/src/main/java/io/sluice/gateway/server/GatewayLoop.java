package io.sluice.gateway.server;

import io.sluice.gateway.binary.BinaryProtocol;
import io.sluice.gateway.json.JsonProtocol;
import io.sluice.gateway.session.Loop;
import io.sluice.gateway.session.NodeServices;
import io.sluice.gateway.spi.GatewayProtocol;
import io.sluice.gateway.spi.HttpRoutes;
import io.sluice.protocol.frame.GoAway;
import io.sluice.tenantmanager.api.TenantChange;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.net.NetServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The gateway on one event loop: its listeners, which share their ports with the other loops, and its connections. */
public final class GatewayLoop extends VerticleBase {
    private final NodeServices node;
    private final int index;
    private final Ports ports;
    private final HttpRoutes routes;
    private final List<GatewayProtocol> protocols;
    private @Nullable Loop loop;
    private @Nullable NetServer tcp;
    private @Nullable HttpServer http;

    /** @param index of the loop on this node @param ports to listen on */
    public GatewayLoop(NodeServices node, int index, Ports ports, HttpRoutes routes, List<GatewayProtocol> protocols) {
        this.node = node;
        this.index = index;
        this.ports = ports;
        this.routes = routes;
        this.protocols = protocols;
    }

    /** @param tcp port of the binary protocol @param http port of WebSocket and HTTP; loops with the same negative one share a random port */
    public record Ports(int tcp, int http) {}

    @Override
    public Future<?> start() {
        Context own = context;
        Loop created = new Loop(node, index, new VertxTimers(vertx), task -> own.runOnContext(nothing -> task.run()));
        loop = created;
        BinaryProtocol binary = new BinaryProtocol(
                created, node.meters().link("tcp"), node.meters().link("ws"));
        JsonProtocol json = new JsonProtocol(created, node.meters().link("ws-json"));
        NetServer tcpServer = vertx.createNetServer(ListenerOptions.tcp(node.settings()));
        tcpServer.connectHandler(binary::accept);
        HttpServer httpServer = vertx.createHttpServer(ListenerOptions.http(node.settings()));
        httpServer.webSocketHandshakeHandler(GatewayLoop::handshake);
        httpServer.webSocketHandler(socket -> accept(socket, binary, json));
        httpServer.requestHandler(routes);
        tcp = tcpServer;
        http = httpServer;
        List<Future<?>> listening = new ArrayList<>();
        listening.add(tcpServer.listen(ports.tcp, node.settings().host()));
        listening.add(httpServer.listen(ports.http, node.settings().host()));
        protocols.forEach(protocol -> listening.add(protocol.start(created)));
        return Future.all(listening);
    }

    private static void handshake(ServerWebSocketHandshake handshake) {
        boolean ours = handshake.path().equals("/ws");
        boolean spoken = SubProtocols.anyKnown(handshake.headers().getAll("sec-websocket-protocol"));
        if (ours && spoken) {
            handshake.accept();
        } else {
            handshake.reject(ours ? 400 : 404);
        }
    }

    private static void accept(ServerWebSocket socket, BinaryProtocol binary, JsonProtocol json) {
        if (BinaryProtocol.SUBPROTOCOL.equals(socket.subProtocol())) {
            binary.accept(socket);
        } else {
            json.accept(socket);
        }
    }

    /** The ports that are bound; only after the start. */
    public Ports bound() {
        return new Ports(tcp == null ? 0 : tcp.actualPort(), http == null ? 0 : http.actualPort());
    }

    /** Any thread. */
    public void changed(TenantChange change) {
        run(own -> {
            own.changed(change);
            return true;
        });
    }

    /**
     * Asks clients to go and takes no new ones, nor further HTTP connections; any thread.
     *
     * @param mostMs after which connections that are left are closed
     */
    public Future<Void> drain(GoAway reason, long mostMs) {
        return run(own -> {
                    own.drain(reason);
                    return true;
                })
                .compose(announced -> {
                    List<Future<?>> stopping = new ArrayList<>();
                    protocols.forEach(protocol -> stopping.add(protocol.stopListening()));
                    // These complete when the last connection is closed, which is not waited for here.
                    if (tcp != null) {
                        tcp.shutdown(mostMs, TimeUnit.MILLISECONDS);
                    }
                    if (http != null) {
                        http.shutdown(mostMs, TimeUnit.MILLISECONDS);
                    }
                    return stopping.isEmpty()
                            ? Future.succeededFuture()
                            : Future.all(stopping).mapEmpty();
                });
    }

    /** Whether, and why, clients should try other nodes for now; null for no more. Any thread. */
    public void isolate(@Nullable GoAway reason) {
        run(own -> {
            own.isolate(reason);
            return true;
        });
    }

    /** Connections of this loop; any thread. */
    public Future<Integer> connectionCount() {
        return run(Loop::connectionCount);
    }

    /** Ends all sessions; any thread. */
    public Future<Boolean> dismiss(GoAway reason) {
        return run(own -> {
            own.stop(reason);
            return true;
        });
    }

    private <T> Future<T> run(Function<Loop, T> task) {
        Loop own = loop;
        if (own == null) {
            return Future.failedFuture("the gateway loop has not started");
        }
        Promise<T> done = Promise.promise();
        own.execute(() -> done.complete(task.apply(own)));
        return done.future();
    }
}
