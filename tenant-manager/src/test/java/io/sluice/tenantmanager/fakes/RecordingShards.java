package io.sluice.tenantmanager.fakes;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Data shards that write down what they are told; they can be made to refuse. */
public final class RecordingShards implements DataShards {
    /** One call. */
    public record Call(
            String what,
            int shard,
            long tenantId,
            long groupId,
            long controlIndex,
            long queueId,
            String name,
            QueueOptions options,
            long deadLetterQueueId) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile boolean failing;
    private volatile int failingShard = -1;
    private volatile String whyMovesFail = "";

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    public List<Call> calls(String what) {
        return calls.stream().filter(call -> call.what().equals(what)).toList();
    }

    public void failing(boolean value) {
        failing = value;
    }

    /** One shard has no leader. */
    public void failing(int shard) {
        failingShard = shard;
    }

    private Future<Void> call(Call call) {
        if (failing || call.shard() == failingShard) {
            return Future.failedFuture("shard " + call.shard() + " has no leader");
        }
        calls.add(call);
        return Future.succeededFuture();
    }

    @Override
    public int count() {
        return 4;
    }

    @Override
    public Future<Void> defineGroup(
            int shard, long tenantId, long groupId, long controlIndex, GroupForm form, String tenant, String group) {
        return call(new Call("defineGroup", shard, tenantId, groupId, controlIndex, 0, group, QueueOptions.DEFAULT, 0));
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
        return call(new Call(
                "defineQueue", shard, tenantId, groupId, controlIndex, queueId, name, options, deadLetterQueueId));
    }

    @Override
    public Future<Void> deleteQueue(int shard, long tenantId, long groupId, long controlIndex, long queueId) {
        return call(
                new Call("deleteQueue", shard, tenantId, groupId, controlIndex, queueId, "", QueueOptions.DEFAULT, 0));
    }

    @Override
    public Future<Void> deleteGroup(int shard, long tenantId, long groupId, long controlIndex) {
        return call(new Call("deleteGroup", shard, tenantId, groupId, controlIndex, 0, "", QueueOptions.DEFAULT, 0));
    }

    @Override
    public Future<Void> purgeQueue(int shard, long tenantId, long groupId, long controlIndex, long queueId) {
        return call(
                new Call("purgeQueue", shard, tenantId, groupId, controlIndex, queueId, "", QueueOptions.DEFAULT, 0));
    }

    /** What shards say when they are asked to move a group away. */
    public void answerMoves(String why) {
        whyMovesFail = why;
    }

    @Override
    public Future<String> moveGroup(int shard, long tenantId, long groupId, long moveId, int toShard) {
        String to = String.valueOf(toShard);
        return call(new Call("moveGroup", shard, tenantId, groupId, moveId, 0, to, QueueOptions.DEFAULT, 0))
                .map(whyMovesFail);
    }

    @Override
    public Future<Void> leaveGroup(int shard, long tenantId, long groupId, long moveId) {
        return call(new Call("leaveGroup", shard, tenantId, groupId, moveId, 0, "", QueueOptions.DEFAULT, 0));
    }

    @Override
    public Future<Void> forgetImport(int shard, long tenantId, long groupId, long moveId) {
        return call(new Call("forgetImport", shard, tenantId, groupId, moveId, 0, "", QueueOptions.DEFAULT, 0));
    }

    @Override
    public Future<Stats> stats(int shard, long groupId, long queueId) {
        return failing
                ? Future.failedFuture("shard has no leader")
                : Future.succeededFuture(new Stats(3, 1, 2, 1, 400, 50));
    }
}
