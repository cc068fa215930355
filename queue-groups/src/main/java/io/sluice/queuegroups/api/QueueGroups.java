package io.sluice.queuegroups.api;

import io.sluice.log.api.LogStatus;
import io.sluice.queuegroups.shard.ShardNode;
import io.vertx.core.Future;
import java.util.List;

/** The queue groups of one node: its replicas of all shards, started. Safe for any thread. */
public interface QueueGroups {
    /**
     * Opens the data shards that this node holds and starts what serves them; completes when each of them has a leader, or after ten seconds.
     *
     * @param usage told about once a second what the tenants hold in each shard that leads here
     */
    static Future<QueueGroups> start(QueueGroupsEnvironment environment, UsageListener usage) {
        return ShardNode.start(environment, usage);
    }

    ShardRouter router();

    /** The shards of this node as they are now, for the admin interface. */
    List<ShardStatus> shards();

    /**
     * The {@link Placement} has changed: opens the shards that this node is to hold now, and gives up, with their folders, those that it holds no more. Completes when
     * that is done; asked again meanwhile, it goes on afterwards.
     */
    Future<Void> placed();

    /** Another node was heard to lead a shard; counts for shards that this node holds no replica of. */
    void leaderHeard(int shard, String node);

    /** A node said, as it does about once a second, whether it is short of disk space; where too few replicas have room, publishes are refused. */
    void diskHeard(String node, boolean isShort);

    /** Takes no more commands, lets what waits reach the log (up to 5 s), then closes the logs. */
    Future<Void> close();

    /**
     * One shard as this node sees it.
     *
     * @param name for example {@code shard-0}
     * @param leader id of the node that leads, or an empty string
     * @param leadsHere whether that is this node, ready to serve
     * @param log figures of this node's replica
     */
    record ShardStatus(String name, String leader, boolean leadsHere, LogStatus log) {}
}
