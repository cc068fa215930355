package io.sluice.gateway.api;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.sluice.gateway.server.GatewayLoop;
import io.sluice.gateway.server.GatewayLoop.Ports;
import io.sluice.gateway.session.ConnectionLimits;
import io.sluice.gateway.session.Crowd;
import io.sluice.gateway.session.GatewayMeters;
import io.sluice.gateway.session.NodeServices;
import io.sluice.gateway.session.ResumeTokens;
import io.sluice.gateway.spi.GatewayProtocol;
import io.sluice.gateway.spi.HttpRoutes;
import io.sluice.metrics.Meters;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.GoAway;
import io.sluice.queuegroups.api.ShardRouter;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.TenantChange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The listeners for clients on this node: TCP, WebSocket, HTTP and whatever protocols plug in.
 *
 * <p><em>Invariants:</em> every event loop has a share of each listener; a connection stays on its loop. Safe for any thread.
 */
public final class Gateway {
    private static final int POLL_MS = 20;
    private static final int CLOSE_MS = 2000;

    private final Parts parts;
    private final NodeServices node;
    private final List<GatewayLoop> loops = new ArrayList<>();
    private final List<String> deployments = new ArrayList<>();
    private AutoCloseable listening = () -> {};

    private Gateway(Parts parts) {
        this.parts = parts;
        GatewayMeters meters = new GatewayMeters(parts.meters);
        GatewaySettings settings = parts.settings;
        this.node = new NodeServices(
                parts.node,
                settings,
                parts.directory,
                parts.admission,
                parts.router,
                new ConnectionLimits(settings.maxConnections(), settings.maxConnectionsPerAddress(), meters),
                new ResumeTokens(new SecureRandom()),
                new Crowd(System::nanoTime),
                meters,
                parts.endpoints,
                publishBytesPerLoop(parts));
    }

    /**
     * What the gateway needs.
     *
     * @param node id of the node
     * @param loopCount event loops to serve clients on, at least 1
     * @param routes everything on the HTTP port that is not a client's WebSocket
     * @param protocols that plug in with listeners of their own
     * @param endpoints {@code host:port} of the TCP listeners of all nodes, told to clients
     */
    public record Parts(
            Vertx vertx,
            String node,
            GatewaySettings settings,
            int loopCount,
            Directory directory,
            Admission admission,
            ShardRouter router,
            Meters meters,
            HttpRoutes routes,
            List<GatewayProtocol> protocols,
            Supplier<List<String>> endpoints) {}

    /** Completes when every listener is bound; fails with the cause if one can't be. */
    public static Future<Gateway> start(Parts parts) {
        Gateway gateway = new Gateway(parts);
        // Vert.x lets listeners share a random port only where they ask for the same negative one.
        Ports ports = new Ports(orShared(parts.settings.tcpPort(), -1), orShared(parts.settings.httpPort(), -2));
        return gateway.deploy(ports)
                .compose(first -> gateway.deployOthers(ports))
                .map(all -> gateway.listen());
    }

    /** An eighth of the heap for publishes in flight, shared by the loops. */
    private static long publishBytesPerLoop(Parts parts) {
        long share = Runtime.getRuntime().maxMemory() / 8 / Math.max(1, parts.loopCount);
        return Math.max(share, parts.settings.maxInFlightBytesPerConnection());
    }

    private static int orShared(int port, int shared) {
        return port == 0 ? shared : port;
    }

    private Future<?> deployOthers(Ports ports) {
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < parts.loopCount; i++) {
            others.add(deploy(ports));
        }
        return others.isEmpty() ? Future.succeededFuture() : Future.all(others);
    }

    private Future<String> deploy(Ports ports) {
        GatewayLoop loop = new GatewayLoop(node, loops.size(), ports, parts.routes, parts.protocols);
        loops.add(loop);
        return parts.vertx.deployVerticle(loop).onSuccess(deployments::add);
    }

    private Gateway listen() {
        listening = parts.directory.onChange(this::changed);
        return this;
    }

    private void changed(TenantChange change) {
        loops.forEach(loop -> loop.changed(change));
        if (change instanceof TenantChange.Deleted) {
            node.meters().forget(change.tenantId());
        }
    }

    /** Bound port of the binary protocol. */
    public int tcpPort() {
        return loops.get(0).bound().tcp();
    }

    /** Bound port of WebSocket and HTTP. */
    public int httpPort() {
        return loops.get(0).bound().http();
    }

    /**
     * This node is cut off from the leaders, or is no more: clients are asked to try the other nodes, and new ones are refused {@code UNAVAILABLE}. Those that find no better
     * node are served on as far as that goes.
     *
     * @param others {@code host:port} of the TCP listeners of all other nodes, whether heard of lately or not
     */
    public void isolated(boolean isSo, List<String> others) {
        GoAway reason = isSo ? new GoAway(ErrorCode.UNAVAILABLE, "the node reaches no leader now", others) : null;
        loops.forEach(loop -> loop.isolate(reason));
    }

    /**
     * Takes no new clients, asks those that are here to go elsewhere, waits for that, and ends the rest; HTTP requests under way are answered.
     *
     * @param waitMs most time for clients to go by themselves
     */
    public Future<Void> drain(long waitMs) {
        GoAway reason = new GoAway(ErrorCode.UNAVAILABLE, "the node shuts down", parts.endpoints.get());
        List<Future<?>> draining = new ArrayList<>();
        loops.forEach(loop -> draining.add(loop.drain(reason, waitMs + CLOSE_MS)));
        return Future.all(draining)
                .compose(all -> untilEmpty(waitMs))
                .compose(nothing -> {
                    List<Future<?>> dismissed = new ArrayList<>();
                    loops.forEach(loop -> dismissed.add(loop.dismiss(reason)));
                    return Future.all(dismissed);
                })
                .compose(all -> untilEmpty(CLOSE_MS));
    }

    private Future<Void> untilEmpty(long waitMs) {
        List<Future<Integer>> counts = new ArrayList<>();
        loops.forEach(loop -> counts.add(loop.connectionCount()));
        return Future.all(counts).compose(all -> {
            int left = all.<Integer>list().stream().mapToInt(Integer::intValue).sum();
            return left == 0 || waitMs <= 0
                    ? Future.succeededFuture()
                    : parts.vertx.timer(POLL_MS).compose(fired -> untilEmpty(waitMs - POLL_MS));
        });
    }

    /** Ends everything at once; call {@link #drain} before where clients matter. */
    public Future<Void> close() {
        try {
            listening.close();
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
        List<Future<?>> closing = new ArrayList<>();
        deployments.forEach(id -> closing.add(parts.vertx.undeploy(id)));
        return closing.isEmpty()
                ? Future.succeededFuture()
                : Future.all(closing).mapEmpty();
    }
}
