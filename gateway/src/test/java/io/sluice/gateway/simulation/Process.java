package io.sluice.gateway.simulation;

import java.util.ArrayList;
import java.util.List;

/** One boot of one node: what it had planned is gone when it is killed and late when it is frozen. */
final class Process {
    final String node;
    final int boot;
    private final World world;
    private final List<Runnable> late = new ArrayList<>();
    private boolean alive = true;
    private boolean frozen;

    Process(World world, String node, int boot) {
        this.world = world;
        this.node = node;
        this.boot = boot;
    }

    boolean runs() {
        return alive && !frozen;
    }

    boolean alive() {
        return alive;
    }

    void kill() {
        alive = false;
        late.clear();
    }

    void freeze() {
        frozen = true;
    }

    void thaw() {
        frozen = false;
        List<Runnable> missed = List.copyOf(late);
        late.clear();
        missed.forEach(task -> after(0, task));
    }

    void after(long delayNs, Runnable task) {
        world.after(delayNs, () -> run(task));
    }

    private void run(Runnable task) {
        if (frozen) {
            late.add(task);
        } else if (alive) {
            try {
                task.run();
            } catch (RuntimeException e) {
                // As a node ends when its log or machine fails.
                alive = false;
                world.violation(node + " failed: " + e + " at "
                        + List.of(e.getStackTrace()).stream().limit(6).toList());
            }
        }
    }
}
