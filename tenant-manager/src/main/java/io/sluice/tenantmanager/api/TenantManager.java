package io.sluice.tenantmanager.api;

import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.metrics.Meters;
import io.sluice.tenantmanager.admission.AdmissionControl;
import io.sluice.tenantmanager.admission.LocalTokenSource;
import io.sluice.tenantmanager.admission.UsageExchange;
import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.lease.LeasedTokenSource;
import io.sluice.tenantmanager.rest.AdminRoutes;
import io.sluice.tenantmanager.service.ControlService;
import io.sluice.tenantmanager.spi.ClusterBuckets;
import io.sluice.tenantmanager.spi.ClusterView;
import io.sluice.tenantmanager.spi.DataShards;
import io.sluice.tenantmanager.spi.TokenSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The tenant manager of one node: the control shard's replica, and the directory, admission and admin interface that stand on it.
 *
 * <p>Safe for any thread.
 */
public final class TenantManager implements AutoCloseable {
    private final ControlService control;
    private final AdmissionControl admission;
    private final Parts parts;
    private final Settings settings;

    private TenantManager(ControlService control, Parts parts, Settings settings) {
        this.control = control;
        this.parts = parts;
        this.settings = settings;
        this.admission = new AdmissionControl(control.directory(), parts.tokens(), parts.meters());
        control.directory().onChange(admission::changed);
    }

    /**
     * What it works with; the caller keeps and closes them.
     *
     * @param tokens where rate limits take their tokens from, for example {@link #localTokens()}
     */
    public record Parts(
            LogNode logs, Vertx vertx, DataShards shards, ClusterView cluster, Meters meters, TokenSource tokens) {}

    /**
     * @param adminToken the operator's bearer token, not empty
     * @param maxBodyBytes largest request body
     */
    public record Settings(String adminToken, int maxBodyBytes) {
        public Settings {
            if (adminToken.isBlank()) {
                throw new IllegalArgumentException("the admin token must not be empty");
            }
        }
    }

    /**
     * Opens the log {@code control} and recovers it. Blocks: not for event loops.
     *
     * @throws IOException when the log or its snapshot cannot be read
     */
    public static TenantManager start(Parts parts, Settings settings) throws IOException {
        return new TenantManager(ControlService.open(parts.logs(), parts.vertx(), parts.shards()), parts, settings);
    }

    /**
     * As {@link #start(Parts, Settings)}, as one of several nodes.
     *
     * @param node id of this node
     * @param members of the control shard when the cluster is formed
     */
    public static TenantManager start(Parts parts, Settings settings, String node, LogMembers members)
            throws IOException {
        return new TenantManager(
                ControlService.open(parts.logs(), parts.vertx(), parts.shards(), node, members), parts, settings);
    }

    /**
     * Makes this node a member, under a number of its own, and forms the cluster if there is none yet; completes with what all nodes agree on. Fails when there is no
     * leader now: try again.
     *
     * @param nodes ids of all nodes, sorted
     * @param shardCount data shards to be made, if there are none
     * @param replicaCount nodes for each of these
     */
    public Future<ClusterMap> enter(String node, List<String> nodes, int shardCount, int replicaCount) {
        return control.propose(new ControlCommand.EnterNode(node, nodes, shardCount, replicaCount), "sluice", "")
                .map(done -> control.state().cluster());
    }

    /** This node leads that log and says that it is held by the nodes that shall hold it by that map. Fails when that could not be put on record: say it again. */
    public Future<Void> settle(String log, ClusterMap map) {
        return control.propose(new ControlCommand.SettleLog(log, map.change()), "sluice", "")
                .mapEmpty();
    }

    /**
     * Refuses new clients whenever the leader of the control shard was not heard of for five seconds, since keys may have been revoked meanwhile.
     *
     * @param leaderHeard whether it is heard of now; asked twice a second
     */
    public void follow(BooleanSupplier leaderHeard) {
        control.follow(leaderHeard);
    }

    /** Whether the leader of the control shard was not heard of for five seconds. */
    public boolean isOutOfTouch() {
        return control.directory().isOutOfTouch();
    }

    /** The nodes and where the data shards are, as this node's replica of the control shard knows it. */
    public ClusterMap clusterMap() {
        return control.state().cluster();
    }

    /** Tells the other nodes of a cluster what is used on this one, and hears it from them, from now until it is closed. @param nodes ids of all nodes, this one among them */
    public AutoCloseable shareUsage(String node, Supplier<List<String>> nodes) {
        return new UsageExchange(parts.vertx(), node, nodes, admission, System::nanoTime);
    }

    /** Token buckets in this node's memory: each node grants the whole rate. */
    public static TokenSource localTokens() {
        return new LocalTokenSource();
    }

    /** Token buckets that hold over all nodes of the cluster, spent from leases of this node; the caller closes it. */
    public static TokenSource leasedTokens(ClusterBuckets buckets, Meters meters) {
        return LeasedTokenSource.start(buckets, meters);
    }

    /** The log {@code control}: its status, whether this node leads it. To be read only; the tenant manager closes it. */
    public ReplicatedLog controlLog() {
        return control.log();
    }

    /** Whether this node knows all tenants; before that {@link Directory#authenticate} answers {@code UNAVAILABLE} for those it does not know. */
    public boolean isReady() {
        return control.directory().isCaughtUp();
    }

    public Directory directory() {
        return control.directory();
    }

    public Admission admission() {
        return admission;
    }

    /**
     * Routes for every path under {@code /v1/}; give it whole requests ({@code router.handle(request)}), not a mount point. It reads bodies itself: nothing may have paused
     * or read the request before.
     */
    public Future<Router> adminRoutes(Vertx vertx) {
        return AdminRoutes.create(vertx, control, admission, parts.shards(), parts.cluster(), settings);
    }

    @Override
    public void close() {
        control.close();
    }
}
