package io.sluice.tenantmanager.admission;

import io.sluice.tenantmanager.api.ShardUsage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes about once a second what this one counts and what its shards hold, so that quotas are judged by the whole cluster's use.
 *
 * <p>A lost report is made good by the next one. Safe for any thread.
 */
public final class UsageExchange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsageExchange.class);
    private static final String ADDRESS = "limits.usage@";
    private static final long EVERY_MS = 1_000;

    /** A shard's report is repeated so seldom while nothing changes: for nodes that missed it, or came later. */
    private static final long REPEAT_NS = 5_000_000_000L;

    private final Vertx vertx;
    private final String self;
    private final Supplier<List<String>> nodes;
    private final AdmissionControl admission;
    private final LongSupplier clockNs;
    private final Map<Integer, Told> told = new HashMap<>();
    private final MessageConsumer<Buffer> consumer;
    private final long timer;

    private record Told(ShardUsage usage, long atNs) {}

    /** @param self this node's id @param nodes ids of all nodes, this one among them */
    public UsageExchange(
            Vertx vertx, String self, Supplier<List<String>> nodes, AdmissionControl admission, LongSupplier clockNs) {
        this.vertx = vertx;
        this.self = self;
        this.nodes = nodes;
        this.admission = admission;
        this.clockNs = clockNs;
        this.consumer = vertx.eventBus().consumer(ADDRESS + self, this::received);
        this.timer = vertx.setPeriodic(EVERY_MS, tick -> tell());
        admission.onShardUsage(this::tell);
    }

    private void tell() {
        admission.forgetSilentNodes(clockNs.getAsLong());
        tell(UsageWire.write(admission.counted(self)));
    }

    private synchronized void tell(ShardUsage usage) {
        long nowNs = clockNs.getAsLong();
        Told last = told.get(usage.shard());
        if (last == null || nowNs - last.atNs() >= REPEAT_NS || !last.usage().equals(usage)) {
            told.put(usage.shard(), new Told(usage, nowNs));
            tell(UsageWire.write(usage));
        }
    }

    private void tell(Buffer report) {
        nodes.get().forEach(node -> vertx.eventBus().send(ADDRESS + node, report));
    }

    private void received(Message<Buffer> message) {
        Buffer report = message.body();
        if (report.getByte(0) != UsageWire.VERSION) {
            LOG.debug("a usage report of version {} is not understood", report.getByte(0));
        } else if (report.getByte(1) == UsageWire.SHARD) {
            admission.toldOfShard(UsageWire.shard(report));
        } else {
            NodeUsage usage = UsageWire.node(report);
            if (!usage.node().equals(self)) {
                admission.toldOfNode(usage, clockNs.getAsLong());
            }
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        consumer.unregister();
    }
}
