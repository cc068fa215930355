package io.sluice.app;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this node reaches no leader of anything, so that its clients are told to try elsewhere: it is cut off, or the majority is gone, which it can't tell apart.
 *
 * <p>*Confined to:* the context that made it.
 */
final class Isolation implements AutoCloseable {
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(Isolation.class);
    private static final long EVERY_MS = 250;

    private final BooleanSupplier leaderKnown;
    private final Consumer<Boolean> told;
    private final Runnable stop;
    private long knownNs;
    private boolean isolated;

    /** @param leaderKnown whether any leader is known now @param told of each change */
    Isolation(Vertx vertx, BooleanSupplier leaderKnown, Consumer<Boolean> told) {
        this.leaderKnown = leaderKnown;
        this.told = told;
        this.knownNs = System.nanoTime();
        long timer = vertx.setPeriodic(EVERY_MS, tick -> check(System.nanoTime()));
        this.stop = () -> vertx.cancelTimer(timer);
    }

    void check(long nowNs) {
        if (leaderKnown.getAsBoolean()) {
            knownNs = nowNs;
        }
        boolean now = nowNs - knownNs > PATIENCE_NS;
        if (now != isolated) {
            isolated = now;
            LOG.warn("{}", now ? "no leader is known here: clients are asked to try other nodes" : "a leader is known");
            told.accept(now);
        }
    }

    @Override
    public void close() {
        stop.run();
    }
}
