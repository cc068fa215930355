package io.sluice.app;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.MoveCommands;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.ShardRouter;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the tenant manager asks of the data shards, as commands through the router. The tenant manager starts first, because it knows which shards there are;
 * until they are up, each call fails and is tried again. Safe for any thread.
 */
final class RoutedShards implements DataShards {
    private volatile @Nullable ShardRouter router;
    private volatile int count;

    /** The shards are up from now on. */
    void connect(ShardRouter opened, int shardCount) {
        count = shardCount;
        router = opened;
    }

    private <T> Future<T> ask(Function<ShardRouter, Future<T>> question) {
        ShardRouter opened = router;
        return opened == null
                ? Future.failedFuture(new IllegalStateException("the shards of this node are not open yet"))
                : question.apply(opened);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public Future<Void> defineGroup(
            int shard, long tenantId, long groupId, long controlIndex, GroupForm form, String tenant, String group) {
        return ask(router ->
                router.define(shard, Commands.defineGroup(tenantId, groupId, controlIndex, form, tenant, group)));
    }

    @Override
    public Future<Void> defineQueue(
            int shard,
            long tenantId,
            long groupId,
            long controlIndex,
            long queueId,
            String name,
            QueueOptions options,
            long deadLetterQueueId) {
        return ask(router -> router.define(
                shard,
                Commands.defineQueue(tenantId, groupId, controlIndex, queueId, name, options, deadLetterQueueId)));
    }

    @Override
    public Future<Void> deleteQueue(int shard, long tenantId, long groupId, long controlIndex, long queueId) {
        return ask(router -> router.define(shard, Commands.deleteQueue(tenantId, groupId, controlIndex, queueId)));
    }

    @Override
    public Future<Void> deleteGroup(int shard, long tenantId, long groupId, long controlIndex) {
        return ask(router -> router.define(shard, Commands.deleteGroup(tenantId, groupId, controlIndex)));
    }

    @Override
    public Future<Void> purgeQueue(int shard, long tenantId, long groupId, long controlIndex, long queueId) {
        return ask(router -> router.define(shard, Commands.purgeQueue(tenantId, groupId, controlIndex, queueId)));
    }

    @Override
    public Future<String> moveGroup(int shard, long tenantId, long groupId, long moveId, int toShard) {
        MoveOrder order = new MoveOrder(tenantId, groupId, moveId, toShard);
        return ask(router -> router.move(shard, order)).compose(progress -> switch (progress.state()) {
            case WORKING -> moveGroup(shard, tenantId, groupId, moveId, toShard);
            case ADOPTED -> Future.succeededFuture("");
            case CALLED_OFF -> Future.succeededFuture(progress.message().isEmpty() ? "called off" : progress.message());
        });
    }

    @Override
    public Future<Void> leaveGroup(int shard, long tenantId, long groupId, long moveId) {
        return ask(router -> router.define(shard, MoveCommands.leaveGroup(tenantId, groupId, moveId)));
    }

    @Override
    public Future<Void> forgetImport(int shard, long tenantId, long groupId, long moveId) {
        return ask(router -> router.define(shard, MoveCommands.forgetImport(tenantId, groupId, moveId)));
    }

    @Override
    public Future<Stats> stats(int shard, long groupId, long queueId) {
        return ask(router -> router.stats(shard, groupId, queueId))
                .map(s -> new Stats(s.ready(), s.delayed(), s.unacked(), s.consumers(), s.bytes(), s.oldestAgeMs()));
    }
}
