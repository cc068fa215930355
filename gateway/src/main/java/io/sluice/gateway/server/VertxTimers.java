package io.sluice.gateway.server;

import io.sluice.gateway.session.Timers;
import io.vertx.core.Vertx;

/** {@link Timers} of the calling event loop. */
final class VertxTimers implements Timers {
    private final Vertx vertx;

    VertxTimers(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public void after(long delayMs, Runnable task) {
        vertx.setTimer(Math.max(1, delayMs), id -> task.run());
    }
}
