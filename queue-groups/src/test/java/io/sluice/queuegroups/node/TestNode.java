package io.sluice.queuegroups.node;

import io.sluice.config.LogSettings;
import io.sluice.config.SluiceConfig.GroupSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.queuegroups.api.QueueGroupsEnvironment;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.TenantLookup;
import io.sluice.queuegroups.api.UsageListener;
import io.sluice.queuegroups.shard.RecordingMeters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The queue groups of one node with a real log and a real event bus. */
final class TestNode implements AutoCloseable {
    static final long TENANT = 101;
    static final long GROUP = 201;
    static final long QUEUE = 301;

    final Vertx vertx = Vertx.vertx();
    final RecordingMeters meters = new RecordingMeters();
    final Map<Long, Long> storageBytes = new ConcurrentHashMap<>();
    final QueueGroups groups;
    private final LogNode logs;

    private TestNode(Path folder, int boot, LogSettings log) throws Exception {
        logs = LogNodes.start(
                LogNodeOptions.of("n1", "test", "127.0.0.1", 0, folder, log), vertx, meters, TestNode::fatal);
        GroupSettings settings = new GroupSettings(16 << 20, 2, 1000, 3_600_000, 10_000);
        QueueGroupsEnvironment env = new QueueGroupsEnvironment(
                vertx, logs, log, settings, meters, new Names(), new NodeIdentity("n1", 1, boot), TestNode::fatal);
        UsageListener usage = (shard, tenants) -> {
            for (UsageListener.TenantUse use : tenants) {
                storageBytes.put(use.tenantId(), use.storageBytes());
            }
        };
        groups = await(QueueGroups.start(env, usage));
    }

    static TestNode start(Path folder, int boot) throws Exception {
        return new TestNode(folder, boot, settings(8 << 20));
    }

    /** @param tailCacheBytes entries beyond it are read from disk */
    static TestNode start(Path folder, int boot, long tailCacheBytes) throws Exception {
        return new TestNode(folder, boot, settings(tailCacheBytes));
    }

    private static LogSettings settings(long tailCacheBytes) {
        return new LogSettings(1, 8 << 20, 2, 2 << 20, 256 << 10, 2, tailCacheBytes, 16L << 20, 30, 32 << 20, 1 << 20);
    }

    /** Defines the group and queue of a tenant whose ids are {@code offset} above the usual ones. */
    void define(long offset) throws Exception {
        await(groups.router()
                .define(
                        0,
                        Commands.defineGroup(
                                TENANT + offset, GROUP + offset, 1, GroupForm.WORK, "t" + offset, "orders")));
        await(groups.router()
                .define(
                        0,
                        Commands.defineQueue(
                                TENANT + offset,
                                GROUP + offset,
                                2,
                                QUEUE + offset,
                                "created",
                                QueueOptions.DEFAULT,
                                0)));
    }

    QueueStats stats(long offset) throws Exception {
        return await(groups.router().stats(0, GROUP + offset, QUEUE + offset));
    }

    TestClient client(int loop) throws Exception {
        return TestClient.open(this, loop);
    }

    @Override
    public void close() throws Exception {
        await(groups.close());
        await(vertx.executeBlocking(() -> {
            logs.close();
            return null;
        }));
        await(vertx.close());
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static void fatal(String log, Throwable cause) {
        throw new AssertionError(log, cause);
    }

    private static final class Names implements TenantLookup {
        @Override
        public int weight(long tenantId) {
            return 1;
        }

        @Override
        public String name(long tenantId) {
            return "t" + (tenantId - TENANT);
        }
    }
}
