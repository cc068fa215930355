package io.sluice.client;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Runs a publisher's callbacks in order and counts those that have returned. Its counters belong to the publisher's lock. */
final class Telling {
    private final SerialExecutor callbacks;
    private final Lock lock;
    private final Condition progress;
    private long taken;
    private long told;

    Telling(SerialExecutor callbacks, Lock lock, Condition progress) {
        this.callbacks = callbacks;
        this.lock = lock;
        this.progress = progress;
    }

    /** Under the lock: one more message will have an outcome. */
    void took() {
        taken++;
    }

    /** Under the lock: whether every callback has returned; inside a callback, which cannot wait for its own return, whether none is due. */
    boolean isDone(int pending) {
        return callbacks.isCurrent() ? pending == 0 : told == taken;
    }

    /** Outside the lock. */
    void tell(Outcomes outcomes) {
        if (outcomes.count() > 0) {
            callbacks.execute(() -> run(outcomes));
        }
    }

    private void run(Outcomes outcomes) {
        try {
            outcomes.run();
        } finally {
            count(outcomes.count());
        }
    }

    private void count(int returned) {
        lock.lock();
        try {
            told += returned;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
