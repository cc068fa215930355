package io.sluice.gateway.session;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The pauses of one tenant at one rate limit on one loop: who wants to go on waits here, and goes on in turn when the debt is paid.
 *
 * <p>An <em>episode</em> is a run of pauses with less than {@link #QUIET_NS} between them. <em>Confined to:</em> one event loop.
 */
final class Pace {
    private static final long QUIET_NS = 1_000_000_000L;

    private final Timers timers;
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private long pausedUntilNs;
    private int episode;
    private boolean armed;
    private int generation;

    Pace(Timers timers) {
        this.timers = timers;
        this.pausedUntilNs = timers.nowNs() - 2 * QUIET_NS;
    }

    boolean paused() {
        return pausedUntilNs - timers.nowNs() > 0;
    }

    /** Time left, 0 if not paused. */
    long waitMs() {
        return Math.max(0, ceilMs(pausedUntilNs - timers.nowNs()));
    }

    /** Number of the current or last episode, from 1; 0 before the first. */
    int episode() {
        return episode;
    }

    /** Nobody goes on for {@code waitNs} from now, or longer if that was said already. */
    void pause(long waitNs) {
        long nowNs = timers.nowNs();
        long untilNs = nowNs + waitNs;
        if (untilNs - pausedUntilNs <= 0) {
            return;
        }
        if (nowNs - pausedUntilNs > QUIET_NS) {
            episode++;
        }
        pausedUntilNs = untilNs;
        arm();
    }

    /** {@code waiter} is called once, when it may go on and all who came before it went on; adding it twice is adding it once. */
    void await(Runnable waiter) {
        waiting.add(waiter);
        arm();
    }

    void forget(Runnable waiter) {
        waiting.remove(waiter);
    }

    /** Ends the pause and the episode: the limit was changed, and what the new one asks for is to be told. */
    void reset() {
        pausedUntilNs = timers.nowNs() - 2 * QUIET_NS;
        generation++;
        armed = false;
        release();
        if (!waiting.isEmpty()) {
            arm();
        }
    }

    private void arm() {
        if (!armed) {
            armed = true;
            int mine = generation;
            timers.after(Math.max(1, waitMs()), () -> fire(mine));
        }
    }

    private void fire(int armedGeneration) {
        if (armedGeneration != generation) {
            return;
        }
        armed = false;
        release();
        if (!waiting.isEmpty()) {
            arm();
        }
    }

    /** One by one, since each that goes on may cause the next pause; who waits again waits behind the others. */
    private void release() {
        int most = waiting.size();
        for (int i = 0; i < most && !waiting.isEmpty() && !paused(); i++) {
            Runnable waiter = waiting.iterator().next();
            waiting.remove(waiter);
            waiter.run();
        }
    }

    private static long ceilMs(long ns) {
        return (ns + 999_999) / 1_000_000;
    }
}
