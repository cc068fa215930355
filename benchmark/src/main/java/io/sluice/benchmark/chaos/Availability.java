package io.sluice.benchmark.chaos;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How long no publish was confirmed, in windows of time that follow each other. Safe for any thread. */
final class Availability {
    private final LongSupplier clockUs;
    private final Map<Integer, Long> lastOfProducerUs = new HashMap<>();
    private long lastUs;
    private long worstUs;
    private long worstOfProducerUs;

    /**
     * Longest times without a confirm within a window.
     *
     * @param allUs of all producers together
     * @param producerUs of the one that fared worst
     */
    record Gaps(long allUs, long producerUs) {}

    Availability(LongSupplier clockUs) {
        this.clockUs = clockUs;
        this.lastUs = clockUs.getAsLong();
    }

    synchronized void confirmed(int producer) {
        long nowUs = clockUs.getAsLong();
        worstUs = Math.max(worstUs, nowUs - lastUs);
        lastUs = nowUs;
        Long before = lastOfProducerUs.put(producer, nowUs);
        if (before != null) {
            worstOfProducerUs = Math.max(worstOfProducerUs, nowUs - before);
        }
    }

    /** Forgets gaps that have ended. */
    synchronized void begin() {
        worstUs = 0;
        worstOfProducerUs = 0;
    }

    /** Gaps since {@link #begin}, those that last included. */
    synchronized Gaps end() {
        long nowUs = clockUs.getAsLong();
        long oldestUs = lastOfProducerUs.values().stream()
                .mapToLong(Long::longValue)
                .min()
                .orElse(nowUs);
        return new Gaps(Math.max(worstUs, nowUs - lastUs), Math.max(worstOfProducerUs, nowUs - oldestUs));
    }

    /** Producers of so many that had a confirm since then. */
    synchronized long confirmedSince(long timeUs) {
        return lastOfProducerUs.values().stream()
                .filter(lastTimeUs -> lastTimeUs > timeUs)
                .count();
    }
}
