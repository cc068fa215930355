package io.sluice.tenantmanager.service;

import io.sluice.tenantmanager.control.ControlResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Which of the outcomes that the control shard reports this node asked for. Safe for any thread. */
final class Outcomes {
    private final String prefix;
    private final AtomicLong next = new AtomicLong();
    private final ConcurrentHashMap<String, CompletableFuture<ControlResult>> waiting = new ConcurrentHashMap<>();

    /** @param prefix unique for this start of this node */
    Outcomes(String prefix) {
        this.prefix = prefix;
    }

    String open(CompletableFuture<ControlResult> outcome) {
        String id = prefix + "-" + next.incrementAndGet();
        waiting.put(id, outcome);
        return id;
    }

    void settle(String id, ControlResult result) {
        CompletableFuture<ControlResult> outcome = waiting.remove(id);
        if (outcome != null) {
            outcome.complete(result);
        }
    }

    void fail(String id, Throwable cause) {
        CompletableFuture<ControlResult> outcome = waiting.remove(id);
        if (outcome != null) {
            outcome.completeExceptionally(cause);
        }
    }
}
