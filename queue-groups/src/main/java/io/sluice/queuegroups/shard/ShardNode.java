package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogStatus;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.queuegroups.api.QueueGroupsEnvironment;
import io.sluice.queuegroups.api.ShardRouter;
import io.sluice.queuegroups.api.UsageListener;
import io.sluice.queuegroups.bus.BusCodecs;
import io.sluice.queuegroups.bus.BusRouter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** All shards of one node, started. Safe for any thread. */
public final class ShardNode implements QueueGroups {
    private static final long USAGE_EVERY_MS = 1_000;
    /** So many keep-alives must get lost in a row before a gateway is given up. */
    private static final int KEEP_ALIVES_PER_LOSS = 8;

    private static final long LEADER_POLL_MS = 10;
    private static final int LEADER_POLLS = 1_000;

    private final QueueGroupsEnvironment env;
    private final BodyReaders readers;
    private final NodeFigures figures;
    private final ReplicaDisks disks;
    private final BusRouter router;
    /** Those that this node holds. */
    private final NavigableMap<Integer, ShardParts> shards = new ConcurrentSkipListMap<>();
    /** Who leads the others, as last heard. */
    private final Map<Integer, String> leadersElsewhere = new ConcurrentHashMap<>();

    private final Map<Integer, String> deploymentIds = new ConcurrentHashMap<>();
    private Future<Void> placing = Future.succeededFuture();
    private long usageTimerId = -1;

    private ShardNode(QueueGroupsEnvironment env) {
        this.env = env;
        this.readers = new BodyReaders(env.groups().bodyReaderThreads());
        this.figures = new NodeFigures(env.meters(), env.tenants());
        this.disks = new ReplicaDisks(env.clocks().steadyMs());
        this.router = new BusRouter(
                env.vertx(),
                env.node(),
                new BusRouter.Surroundings(
                        env.placement().shardCount(),
                        env.groups().gatewayLostMs() / KEEP_ALIVES_PER_LOSS,
                        env.clocks().steadyMs()),
                this::addressOfLeader);
    }

    /** Completes when every shard is open and has a leader; fails with the cause when a log cannot be opened. */
    public static Future<QueueGroups> start(QueueGroupsEnvironment env, UsageListener usage) {
        BusCodecs.register(env.vertx().eventBus());
        ShardNode node = new ShardNode(env);
        return node.deploy(0)
                .compose(done -> node.awaitLeaders(LEADER_POLLS))
                .map(done -> {
                    node.usageTimerId = env.vertx().setPeriodic(USAGE_EVERY_MS, tick -> node.figures.publish(usage));
                    return (QueueGroups) node;
                })
                .recover(failure -> node.close().transform(closed -> Future.failedFuture(failure)));
    }

    @Override
    public ShardRouter router() {
        return router;
    }

    @Override
    public List<ShardStatus> shards() {
        List<ShardStatus> statuses = new ArrayList<>();
        for (ShardParts parts : shards.values()) {
            ReplicatedLog log = parts.log();
            if (log != null) {
                LogStatus status = log.status();
                statuses.add(new ShardStatus(parts.name(), log.leader(), log.isLeader(), status));
            }
        }
        return statuses;
    }

    @Override
    public Future<Void> close() {
        Vertx vertx = env.vertx();
        if (usageTimerId >= 0) {
            vertx.cancelTimer(usageTimerId);
        }
        List<Future<Void>> undeployed =
                deploymentIds.values().stream().map(vertx::undeploy).toList();
        return Future.join(undeployed)
                .transform(done -> vertx.executeBlocking(() -> {
                    readers.close();
                    router.close();
                    BusCodecs.unregister(vertx.eventBus());
                    return null;
                }))
                .mapEmpty();
    }

    /** One after the other: opening reads the disk. */
    private Future<Void> deploy(int shard) {
        if (shard == env.placement().shardCount()) {
            return Future.succeededFuture();
        }
        if (!env.placement().of(shard).contains(env.node().id())) {
            return withdraw(shard).compose(done -> deploy(shard + 1));
        }
        if (shards.containsKey(shard)) {
            return deploy(shard + 1);
        }
        ShardParts parts = new ShardParts(shard, env, figures, readers, disks, router);
        shards.put(shard, parts);
        return env.vertx().deployVerticle(new ShardVerticle(parts)).compose(id -> {
            deploymentIds.put(shard, id);
            return deploy(shard + 1);
        });
    }

    /** Of a shard that others hold now, nothing stays; until they all do, this node's replica counts. */
    private Future<Void> withdraw(int shard) {
        if (env.placement().isChanging(shard)) {
            return Future.succeededFuture();
        }
        String deployed = deploymentIds.remove(shard);
        ShardParts parts = shards.remove(shard);
        Future<Void> closed = deployed == null || parts == null
                ? Future.succeededFuture()
                : env.vertx().undeploy(deployed);
        return closed.compose(done -> env.vertx().executeBlocking(() -> {
            env.logs().drop(ShardParts.name(shard));
            return null;
        }));
    }

    @Override
    public synchronized Future<Void> placed() {
        placing = placing.transform(before -> deploy(0));
        return placing;
    }

    private Future<Void> awaitLeaders(int pollsLeft) {
        if (pollsLeft == 0 || shards.values().stream().allMatch(ShardNode::hasLeader)) {
            return Future.succeededFuture();
        }
        Promise<Void> polled = Promise.promise();
        env.vertx().setTimer(LEADER_POLL_MS, fired -> polled.complete());
        return polled.future().compose(again -> awaitLeaders(pollsLeft - 1));
    }

    private static boolean hasLeader(ShardParts parts) {
        ReplicatedLog log = parts.log();
        return log != null
                && !log.leader().isEmpty()
                && (log.isLeader() || !log.leader().equals(parts.nodeId()));
    }

    @Override
    public void leaderHeard(int shard, String node) {
        leadersElsewhere.put(shard, node);
    }

    @Override
    public void diskHeard(String node, boolean isShort) {
        disks.heard(node, isShort);
    }

    /** While no leader is known, a replica that says so: this node's own, if it has one. */
    private String addressOfLeader(int shard) {
        ShardParts parts = shards.get(shard);
        if (parts == null || !env.placement().of(shard).contains(env.node().id())) {
            String first = env.placement().of(shard).get(0);
            return BusRouter.shardAddress(shard, leadersElsewhere.getOrDefault(shard, first));
        }
        ReplicatedLog log = parts.log();
        String leader = log == null ? "" : log.leader();
        return BusRouter.shardAddress(shard, leader.isEmpty() ? env.node().id() : leader);
    }
}
