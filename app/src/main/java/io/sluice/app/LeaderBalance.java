package io.sluice.app;

import io.sluice.log.api.LogMembership;
import io.sluice.log.api.LogNode;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands leaderships of this node to the nodes that should have them, as {@link BalanceRule} says. *Confined to:* one event loop. */
final class LeaderBalance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderBalance.class);
    private static final long EVERY_MS = 2_000;

    private final Vertx vertx;
    private final LogNode logs;
    private final Supplier<List<BalanceRule.Shard>> shards;
    private final BalanceRule rule;
    private final long timer;

    LeaderBalance(Vertx vertx, LogNode logs, String self, Supplier<List<BalanceRule.Shard>> shards) {
        this.vertx = vertx;
        this.logs = logs;
        this.shards = shards;
        this.rule = new BalanceRule(self);
        this.timer = vertx.setPeriodic(EVERY_MS, tick -> check());
    }

    private void check() {
        long nowNs = System.nanoTime();
        BalanceRule.Shard next = rule.next(shards.get(), nowNs);
        @Nullable LogMembership membership = next == null ? null : logs.membership(next.name());
        if (next == null || membership == null) {
            return;
        }
        rule.tried(next, nowNs);
        LOG.info("handing the leadership of {} to node {}", next.name(), next.preferred());
        // Consensus waits for its own locks and queues: not on an event loop.
        vertx.<Boolean>executeBlocking(() -> {
                    membership
                            .transferLeadership(next.preferred())
                            .toCompletableFuture()
                            .join();
                    return true;
                })
                .onFailure(failure -> LOG.info("{} stays where it is: {}", next.name(), failure.getMessage()));
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
