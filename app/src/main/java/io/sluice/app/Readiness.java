package io.sluice.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Whether this node should get traffic, and if not, what is missing. Safe for any thread once made. */
final class Readiness {
    private final Map<String, BooleanSupplier> conditions = new LinkedHashMap<>();
    private volatile boolean draining;

    /** Only before the first {@link #missing}. @param condition quick, never blocks */
    Readiness require(String what, BooleanSupplier condition) {
        conditions.put(what, condition);
        return this;
    }

    /** The node is going down: it is never ready again. */
    void drain() {
        draining = true;
    }

    /** Empty when ready. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (draining) {
            missing.add("the node is shutting down");
        }
        conditions.forEach((what, condition) -> {
            if (!condition.getAsBoolean()) {
                missing.add(what);
            }
        });
        return missing;
    }
}
