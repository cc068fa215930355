package io.sluice.queuegroups.shard;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verticles of a shard's queue groups: deployed for each group that exists while the shard leads here, undeployed when it does not or the group is gone.
 *
 * <p>What is told to senders of groups that do not exist (any more) goes through the shard's own verticle, under group id 0, which is always there.
 *
 * <p><em>Confined to:</em> the shard's apply thread.
 */
final class GroupVerticles {
    private static final Logger LOG = LoggerFactory.getLogger(GroupVerticles.class);
    private static final long SHARD_ITSELF = 0;

    private final Vertx vertx;
    private final Maker maker;
    private final Consumer<GroupVisitor> groupsThatExist;
    private final Long2ObjectOpenHashMap<Deployed> running = new Long2ObjectOpenHashMap<>();
    private final LongOpenHashSet missing = new LongOpenHashSet();
    private final Deployed shardItself;
    private QueueGroupVerticle last;

    /** Makes a group's verticle, not deployed yet. */
    interface Maker {
        QueueGroupVerticle make(long groupId, long tenantId);
    }

    /** Told of one group; the same one may come several times. */
    interface GroupVisitor {
        void visit(long tenantId, long groupId);
    }

    private record Deployed(QueueGroupVerticle verticle, Future<String> id) {}

    /** @param groupsThatExist visits the groups that the machine has now */
    GroupVerticles(Vertx vertx, Maker maker, Consumer<GroupVisitor> groupsThatExist) {
        this.vertx = vertx;
        this.maker = maker;
        this.groupsThatExist = groupsThatExist;
        this.shardItself = deploy(maker.make(SHARD_ITSELF, 0));
        this.last = shardItself.verticle();
    }

    /** The verticle that performs the group's effects. */
    QueueGroupVerticle of(long groupId) {
        if (last.groupId() != groupId) {
            last = find(groupId);
        }
        return last;
    }

    /** Deploys and undeploys until there is one verticle for each group that exists. */
    void reconcile() {
        Long2LongOpenHashMap existing = new Long2LongOpenHashMap();
        groupsThatExist.accept((tenantId, groupId) -> existing.put(groupId, tenantId));
        for (long groupId : running.keySet().toLongArray()) {
            if (!existing.containsKey(groupId)) {
                undeploy(running.remove(groupId));
            }
        }
        existing.long2LongEntrySet().fastForEach(group -> deployIfNew(group.getLongKey(), group.getLongValue()));
        missing.clear();
        last = shardItself.verticle();
    }

    /** The shard no longer leads here. */
    void undeployGroups() {
        running.values().forEach(this::undeploy);
        running.clear();
        missing.clear();
        last = shardItself.verticle();
    }

    /** Nothing is applied any more. */
    void undeployAll() {
        undeployGroups();
        undeploy(shardItself);
    }

    private QueueGroupVerticle find(long groupId) {
        Deployed deployed = running.get(groupId);
        if (deployed == null && groupId != SHARD_ITSELF && !missing.contains(groupId)) {
            reconcile();
            deployed = running.get(groupId);
            if (deployed == null) {
                missing.add(groupId);
            }
        }
        return deployed == null ? shardItself.verticle() : deployed.verticle();
    }

    private void deployIfNew(long groupId, long tenantId) {
        if (!running.containsKey(groupId)) {
            running.put(groupId, deploy(maker.make(groupId, tenantId)));
        }
    }

    private Deployed deploy(QueueGroupVerticle verticle) {
        Future<String> id = vertx.deployVerticle(verticle);
        id.onFailure(failure -> LOG.error("queue group {}: cannot deploy its verticle", verticle.groupId(), failure));
        return new Deployed(verticle, id);
    }

    private void undeploy(Deployed deployed) {
        deployed.id()
                .compose(vertx::undeploy)
                .onFailure(failure -> LOG.warn(
                        "queue group {}: cannot undeploy its verticle",
                        deployed.verticle().groupId(),
                        failure));
    }
}
