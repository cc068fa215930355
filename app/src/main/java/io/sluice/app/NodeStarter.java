package io.sluice.app;

import io.sluice.config.LoadedConfig;
import io.sluice.config.SluiceConfig;
import io.sluice.config.SluiceConfig.ClusterSettings;
import io.sluice.config.SluiceConfig.Member;
import io.sluice.gateway.api.Gateway;
import io.sluice.gateway.spi.HttpRoutes;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.metrics.MicrometerMeters;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.Placement;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.queuegroups.api.QueueGroupsEnvironment;
import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.api.TenantManager;
import io.sluice.tenantmanager.spi.TokenSource;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a node up, part after part, each handed what it needs of the ones before.
 *
 * <p>The tenant manager comes before the shards, because the control shard says which of them are here; clients come last. <em>Confined to:</em> one thread, used once.
 */
final class NodeStarter {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStarter.class);
    private static final long STEP_MS = 60_000;
    private static final int MAX_CONTROL_VOTERS = 5;
    private static final long SMALL_HEAP_BYTES = 256L << 20;

    private final LoadedConfig loaded;
    private final SluiceConfig config;
    private final boolean replace;
    private final ClosingStack parts = new ClosingStack();
    private final Readiness readiness = new Readiness();

    /** @param replace whether a replica that this node has lost comes back from the others */
    NodeStarter(LoadedConfig loaded, boolean replace) {
        this.loaded = loaded;
        this.replace = replace;
        this.config = loaded.config();
    }

    Node start() throws StartRefused {
        try {
            return startParts();
        } catch (StartRefused e) {
            parts.closeAll();
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.debug("the node can't start", e);
            parts.closeAll();
            throw new StartRefused("the node can't start: " + reason(e));
        }
    }

    private Node startParts() throws StartRefused, IOException {
        loaded.warnings().forEach(LOG::warn);
        warnOfSmallHeap();
        ClusterSafety.check(config);
        DataFolder data = openFolder();
        AdminToken token = AdminToken.of(config.admin().token(), data.path());
        MicrometerMeters meters =
                parts.add("meters", new MicrometerMeters(config.metrics().maxTenantSeries()));
        Vertx vertx = startBus();
        LogNode logs = parts.add("logs", startLogs(data, vertx, meters));
        logs.onRemoved(NodeStarter::removed);
        RoutedShards shards = new RoutedShards();
        ClusterReports cluster = parts.add(
                "reports",
                new ClusterReports(
                        vertx,
                        config.node().id(),
                        Grid.directory(vertx)::getNodes,
                        config.log().reserveBytes()));
        TenantManager tenants = startTenants(vertx, logs, shards, cluster, meters, token);
        cluster.controls(logs, tenants.controlLog(), tenants::clusterMap);
        Grid.directory(vertx).numbered(number -> tenants.clusterMap().id(number));
        ClusterMap map = enter(tenants);
        follow(tenants, cluster);
        TenantLink link = new TenantLink(meters);
        link.connect(tenants.directory(), tenants.admission());
        MemberDriver.tell(logs, map);
        Placement placement = MemberDriver.placement(map);
        NodeIdentity identity =
                new NodeIdentity(config.node().id(), map.number(config.node().id()), data.boot());
        QueueGroups groups = startGroups(vertx, logs, meters, link, identity, placement);
        cluster.holds(groups);
        shards.connect(groups.router(), map.replicas().size());
        Handler<HttpServerRequest> admin = await("the admin interface", tenants.adminRoutes(vertx))::handle;
        OperatorRoutes routes = new OperatorRoutes(vertx, readiness, meters, token, admin);
        startOperatorListener(vertx, routes);
        joinGrid(vertx);
        Gateway gateway = startGateway(vertx, groups, tenants, cluster, meters, routes);
        Endpoints endpoints = Endpoints.of(config.node().id(), config.gateway(), gateway.tcpPort(), gateway.httpPort());
        cluster.serves(endpoints);
        watchForIsolation(vertx, tenants, groups, cluster, gateway);
        parts.add("balance", new LeaderBalance(vertx, logs, config.node().id(), cluster::balance));
        parts.add("members", new MemberDriver(vertx, config.node().id(), logs, tenants, groups, placement));
        LOG.info(
                "node {} serves, start {} on {}",
                config.node().id(),
                data.boot(),
                data.path().toAbsolutePath());
        return new Node(endpoints, data.path(), readiness, cluster, gateway, parts);
    }

    private DataFolder openFolder() throws StartRefused {
        return parts.add(
                "data folder",
                DataFolder.open(
                        config.node().data(),
                        config.node().id(),
                        config.cluster().name()));
    }

    private Vertx startBus() throws IOException {
        Vertx vertx = await(
                "binding cluster.busPort %d on %s (cluster.host)"
                        .formatted(config.cluster().busPort(), config.cluster().host()),
                Grid.start(config));
        parts.add("grid", () -> await("leaving the cluster", vertx.close()));
        return vertx;
    }

    /** Of a shard that others took over the control shard tells. */
    private static void removed(String log, String why) {
        if (log.equals(ClusterMap.CONTROL)) {
            Shutdown.removed(why);
        }
    }

    /** Last: the logs elect their leaders, or catch up, while it takes its time. */
    private void joinGrid(Vertx vertx) throws IOException {
        await(
                "joining the cluster on %s (cluster.host) with cluster.gridPort %d"
                        .formatted(config.cluster().host(), config.cluster().gridPort()),
                Grid.directory(vertx).joined());
    }

    private LogNode startLogs(DataFolder data, Vertx vertx, MicrometerMeters meters) throws IOException {
        try {
            return LogNodes.start(logOptions(data), vertx, meters, Shutdown::fatal);
        } catch (IllegalStateException e) {
            String address = "cluster.raftPort %d on %s"
                    .formatted(config.cluster().raftPort(), config.cluster().host());
            throw new IOException(address + ": " + reason(e), e);
        }
    }

    private LogNodeOptions logOptions(DataFolder data) {
        ClusterSettings cluster = config.cluster();
        LogNodeOptions options = LogNodeOptions.of(
                        config.node().id(),
                        cluster.name(),
                        cluster.host(),
                        cluster.raftPort(),
                        data.path(),
                        config.log())
                .withReplace(replace)
                .withPeers(cluster.members().stream()
                        .map(member -> member.id() + "=" + member.host() + ":" + member.raftPort())
                        .toList());
        return new ClusterTls(cluster.tls()).secure(options);
    }

    /** Waits for the cluster as long as it takes: a node that comes up while no majority is there has nothing else to do. */
    private ClusterMap enter(TenantManager tenants) throws IOException, StartRefused {
        List<String> nodes = nodeIds();
        while (true) {
            try {
                ClusterMap map = await(
                        "entering the cluster",
                        tenants.enter(
                                config.node().id(),
                                nodes,
                                config.log().shards(),
                                config.log().replicas()));
                if (map.number(config.node().id()) == 0) {
                    throw new StartRefused("node " + config.node().id()
                            + " was removed from the cluster: POST /v1/cluster/nodes adds it again");
                }
                if (map.replicas().size() != config.log().shards()) {
                    LOG.warn(
                            "log.shards is {}, but the cluster was formed with {}: that counts",
                            config.log().shards(),
                            map.replicas().size());
                }
                return map;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LOG.warn(
                        "waiting for a majority of {} to agree on who leads: {}",
                        controlMembers().voters(),
                        e.getMessage());
            }
        }
    }

    private void follow(TenantManager tenants, ClusterReports cluster) {
        tenants.follow(controlLeaderHeard(tenants, cluster));
        readiness.require("the control shard's leader was not heard of for 5 s", () -> !tenants.isOutOfTouch());
    }

    /** A learner is told of no election, so it goes by what the leader's node says of itself. */
    private BooleanSupplier controlLeaderHeard(TenantManager tenants, ClusterReports cluster) {
        boolean voter = controlMembers().voters().contains(config.node().id());
        ReplicatedLog log = tenants.controlLog();
        return voter ? () -> !log.leader().isEmpty() : cluster::hearsControlLeader;
    }

    private void watchForIsolation(
            Vertx vertx, TenantManager tenants, QueueGroups groups, ClusterReports cluster, Gateway gateway) {
        if (nodeIds().size() == 1) {
            return;
        }
        BooleanSupplier control = controlLeaderHeard(tenants, cluster);
        parts.add(
                "isolation",
                new Isolation(
                        vertx,
                        () -> control.getAsBoolean()
                                || groups.shards().stream()
                                        .anyMatch(shard -> !shard.leader().isEmpty()),
                        isolated -> gateway.isolated(isolated, cluster.otherClientAddresses())));
    }

    private List<String> nodeIds() {
        List<String> ids = config.cluster().members().stream().map(Member::id).toList();
        return ids.isEmpty() ? List.of(config.node().id()) : ids;
    }

    /** An odd number of voters; more would only make each change of the control shard slower. */
    private LogMembers controlMembers() {
        List<String> ids = nodeIds();
        int voters = ids.size() < MAX_CONTROL_VOTERS ? Math.min(ids.size(), 3) : MAX_CONTROL_VOTERS;
        return new LogMembers(ids.subList(0, voters), ids.subList(voters, ids.size()));
    }

    private QueueGroups startGroups(
            Vertx vertx,
            LogNode logs,
            MicrometerMeters meters,
            TenantLink link,
            NodeIdentity identity,
            Placement placement)
            throws IOException {
        QueueGroupsEnvironment environment = new QueueGroupsEnvironment(
                        vertx, logs, config.log(), config.groups(), meters, link, identity, Shutdown::fatal, placement)
                .withResumeGrace(config.gateway().resumeGraceMs());
        QueueGroups groups = await("opening the shards", QueueGroups.start(environment, link));
        parts.add("shards", () -> await("closing the shards", groups.close()));
        readiness.require(
                "a shard has no leader",
                () -> groups.shards().stream().noneMatch(shard -> shard.leader().isEmpty()));
        return groups;
    }

    private TenantManager startTenants(
            Vertx vertx,
            LogNode logs,
            RoutedShards shards,
            ClusterReports cluster,
            MicrometerMeters meters,
            AdminToken token)
            throws IOException {
        TenantManager tenants = TenantManager.start(
                new TenantManager.Parts(logs, vertx, shards, cluster, meters, tokens(vertx, meters, cluster)),
                new TenantManager.Settings(token.reveal(), config.admin().maxBodyBytes()),
                config.node().id(),
                controlMembers());
        parts.add("tenant manager", tenants);
        if (nodeIds().size() > 1) {
            parts.add("usage reports", tenants.shareUsage(config.node().id(), Grid.directory(vertx)::getNodes));
        }
        readiness.require("the tenants are not all known yet", tenants::isReady);
        return tenants;
    }

    /** Rates of a node alone need nobody else; those of a cluster hold over all its nodes. */
    private TokenSource tokens(Vertx vertx, MicrometerMeters meters, ClusterReports cluster) {
        if (nodeIds().size() <= 1) {
            return TenantManager.localTokens();
        }
        LateBuckets buckets = new LateBuckets(cluster);
        Grid.directory(vertx).joined().onSuccess(buckets::joined);
        return parts.add("rate limits", TenantManager.leasedTokens(buckets, meters));
    }

    private void startOperatorListener(Vertx vertx, OperatorRoutes routes) throws IOException {
        if (config.admin().host().isEmpty()) {
            return;
        }
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(config.admin().host())
                        .setPort(config.admin().port()))
                .requestHandler(routes::all);
        await(
                "binding admin.host " + config.admin().host() + ", admin.port "
                        + config.admin().port(),
                server.listen());
        LOG.info("the operator's paths are at http://{}:{}", config.admin().host(), server.actualPort());
    }

    private Gateway startGateway(
            Vertx vertx,
            QueueGroups groups,
            TenantManager tenants,
            ClusterReports cluster,
            MicrometerMeters meters,
            OperatorRoutes routes)
            throws IOException {
        HttpRoutes http = config.admin().host().isEmpty() ? routes::all : routes::healthOnly;
        Gateway gateway = await(
                "binding gateway.tcpPort %d and gateway.httpPort %d on %s"
                        .formatted(
                                config.gateway().tcpPort(),
                                config.gateway().httpPort(),
                                config.gateway().host()),
                Gateway.start(new Gateway.Parts(
                        vertx,
                        config.node().id(),
                        config.gateway(),
                        Grid.eventLoops(config),
                        tenants.directory(),
                        tenants.admission(),
                        groups.router(),
                        meters,
                        http,
                        List.of(),
                        cluster::clientAddresses)));
        parts.add("gateway", () -> await("closing the gateway", gateway.close()));
        return gateway;
    }

    private static void warnOfSmallHeap() {
        long heapBytes = Runtime.getRuntime().maxMemory();
        if (heapBytes < SMALL_HEAP_BYTES) {
            LOG.warn(
                    "the heap of {} MB is small: at least 256 MB, better 512 MB, keep it from collecting all the time (SLUICE_HEAP=512m)",
                    heapBytes >> 20);
        }
    }

    /** @throws IOException with the cause's message */
    private static <T> T await(String step, Future<T> future) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(STEP_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(step + " failed: " + reason(cause(e)), cause(e));
        } catch (TimeoutException e) {
            throw new IOException(step + " took longer than " + STEP_MS / 1_000 + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(step + " was interrupted", e);
        }
    }

    private static Throwable cause(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.toString() : message;
    }
}
