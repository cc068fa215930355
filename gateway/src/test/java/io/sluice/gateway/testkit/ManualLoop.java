package io.sluice.gateway.testkit;

import io.sluice.gateway.session.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;

/** An event loop whose turns and whose time a test moves on. */
public final class ManualLoop implements Timers, Executor {
    private record Timer(long atNs, Runnable task) {}

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();
    private long nowNs = 1_000_000_000_000L;

    @Override
    public void execute(Runnable task) {
        tasks.addLast(task);
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public void after(long delayMs, Runnable task) {
        timers.add(new Timer(nowNs + delayMs * 1_000_000, task));
    }

    /** Runs what waits, and what that adds, until nothing is left to do now. */
    public void run() {
        for (int i = 0; !tasks.isEmpty(); i++) {
            if (i > 1_000_000) {
                throw new IllegalStateException("the loop does not come to rest");
            }
            tasks.removeFirst().run();
        }
    }

    /** Lets time pass, timer by timer. */
    public void pass(long ms) {
        long untilNs = nowNs + ms * 1_000_000;
        run();
        while (true) {
            Timer next = timers.stream()
                    .filter(timer -> timer.atNs <= untilNs)
                    .min(Comparator.comparingLong(Timer::atNs))
                    .orElse(null);
            if (next == null) {
                break;
            }
            timers.remove(next);
            nowNs = Math.max(nowNs, next.atNs);
            next.task.run();
            run();
        }
        nowNs = untilNs;
    }
}
