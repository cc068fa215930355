package io.sluice.tenantmanager.service;

import io.sluice.tenantmanager.control.ControlState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Requests that wait until data shards confirmed something. Safe for any thread. */
final class TaskWaiters {
    private final ControlState state;
    private final AtomicLong next = new AtomicLong();
    private final Map<Long, Waiter> waiting = new ConcurrentHashMap<>();

    private record Waiter(List<Long> tasks, CompletableFuture<Void> settled) {}

    TaskWaiters(ControlState state) {
        this.state = state;
    }

    /** Completes once none of the tasks is open. */
    CompletableFuture<Void> await(List<Long> tasks) {
        Waiter waiter = new Waiter(List.copyOf(tasks), new CompletableFuture<>());
        long number = next.incrementAndGet();
        waiting.put(number, waiter);
        check(number, waiter);
        return waiter.settled();
    }

    /** Nobody waits for that one any more. */
    void giveUp(CompletableFuture<Void> settled) {
        waiting.values().removeIf(waiter -> waiter.settled() == settled);
    }

    /** Some tasks were settled. */
    void settled(List<Long> tasks) {
        if (!tasks.isEmpty()) {
            waiting.forEach(this::check);
        }
    }

    private void check(long number, Waiter waiter) {
        if (waiter.tasks().stream().allMatch(id -> state.task(id) == null)) {
            waiting.remove(number);
            waiter.settled().complete(null);
        }
    }
}
