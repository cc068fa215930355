package io.sluice.queuegroups.shard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The lanes of one shard: one per event loop on which a group verticle of the shard lives. Safe for any thread. */
final class Lanes {
    private final Map<Thread, DispatchLane> byLoop = new ConcurrentHashMap<>();
    private final Supplier<DispatchLane> maker;
    private final BodyFailures failures;

    Lanes(Supplier<DispatchLane> maker, BodyFailures failures) {
        this.maker = maker;
        this.failures = failures;
    }

    /** The lane of the event loop that calls. */
    DispatchLane ofCurrentThread() {
        return byLoop.computeIfAbsent(Thread.currentThread(), loop -> maker.get());
    }

    BodyFailures failures() {
        return failures;
    }
}
