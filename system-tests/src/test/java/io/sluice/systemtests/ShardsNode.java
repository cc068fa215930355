package io.sluice.systemtests;

import io.sluice.config.LogSettings;
import io.sluice.config.SluiceConfig.GroupSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.spi.FileLayer;
import io.sluice.metrics.MicrometerMeters;
import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.queuegroups.api.QueueGroupsEnvironment;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.TenantLookup;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Log, shard and queue groups of a node, with one queue, in this JVM and on a file layer of the test's choice. */
final class ShardsNode implements AutoCloseable {
    static final long TENANT = 101;
    static final long GROUP = 201;
    static final long QUEUE = 301;

    private static final int WAIT_S = 60;
    private static final GroupSettings GROUPS = new GroupSettings(4 << 20, 1, 1_000, 3_600_000, 10_000);

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(4));
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    private final MicrometerMeters meters = new MicrometerMeters(10);
    private final LogNode logs;
    private final QueueGroups groups;

    private ShardsNode(LogNodeOptions options, int boot) throws IOException {
        LogNode started = null;
        try {
            started = LogNodes.start(options, vertx, meters, this::onFatal);
            logs = started;
            QueueGroupsEnvironment environment = new QueueGroupsEnvironment(
                    vertx,
                    logs,
                    options.settings(),
                    GROUPS,
                    meters,
                    new OneTenant(),
                    new NodeIdentity("n1", 1, boot),
                    this::onFatal);
            groups = await(QueueGroups.start(environment, (shard, tenants) -> {}));
            define();
        } catch (IOException | RuntimeException | Error e) {
            release(started);
            throw e;
        }
    }

    private void onFatal(String log, Throwable cause) {
        fatal.complete(cause);
    }

    /**
     * @param segmentBytes size of a segment, and half of what is logged between snapshots
     * @throws IOException when the logs can't be opened, or fail before the queue is there
     */
    static ShardsNode start(Path folder, FileLayer files, int boot, int segmentBytes) throws IOException {
        LogSettings settings = new LogSettings(
                1, segmentBytes, 2, 256 << 10, 32 << 10, 2, 1 << 20, 2L * segmentBytes, 30, 32 << 20, 1 << 20);
        return new ShardsNode(
                LogNodeOptions.of("n1", "test", "127.0.0.1", 0, folder, settings)
                        .withFiles(files),
                boot);
    }

    /** Harmless when it was done in an earlier life. */
    private void define() throws IOException {
        QueueOptions defaults = QueueOptions.DEFAULT;
        QueueOptions byKey = new QueueOptions(
                0, 0, defaults.overflow(), defaults.maxDeliveries(), "", 0, true, 0, defaults.maxRedeliveryDelayMs());
        await(groups.router().define(0, Commands.defineGroup(TENANT, GROUP, 1, GroupForm.WORK, "acme", "orders")));
        await(groups.router().define(0, Commands.defineQueue(TENANT, GROUP, 2, QUEUE, "created", byKey, 0)));
    }

    QueueGroups groups() {
        return groups;
    }

    QueueStats stats() throws IOException {
        return await(groups.router().stats(0, GROUP, QUEUE));
    }

    /** Done when a log could not keep its promises and the node would have to end. */
    CompletableFuture<Throwable> fatal() {
        return fatal;
    }

    private <T> T await(Future<T> future) throws IOException {
        CompletableFuture<T> result = future.toCompletionStage().toCompletableFuture();
        try {
            CompletableFuture.anyOf(result, fatal).get(WAIT_S, TimeUnit.SECONDS);
            if (!result.isDone()) {
                throw new IOException("the log failed: " + fatal.join());
            }
            return result.get();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(String.valueOf(e.getCause() == null ? e : e.getCause()), e);
        }
    }

    /** Ends without order, as a power cut does. */
    @Override
    public void close() {
        release(logs);
    }

    private void release(LogNode opened) {
        if (opened != null) {
            opened.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        meters.close();
    }

    private static final class OneTenant implements TenantLookup {
        @Override
        public int weight(long tenantId) {
            return 1;
        }

        @Override
        public String name(long tenantId) {
            return "acme";
        }
    }
}
