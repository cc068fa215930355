package io.sluice.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** One gauge series: the sum of what its owners report. Only the overflow series has more than one owner. Safe for any thread. */
final class GaugeSeries {
    private final Map<String, DoubleSupplier> byOwner = new ConcurrentHashMap<>();

    /** Adds or replaces the owner's value. */
    void put(String owner, DoubleSupplier value) {
        byOwner.put(owner, value);
    }

    void remove(String owner) {
        byOwner.remove(owner);
    }

    double value() {
        double sum = 0;
        for (DoubleSupplier supplier : byOwner.values()) {
            sum += supplier.getAsDouble();
        }
        return sum;
    }
}
