package io.sluice.queuegroups.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's threads that read log entries from disk, one tenant after the other: a tenant that drains a deep backlog takes turns with all others.
 *
 * <p>Safe for any thread.
 */
final class BodyReaders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BodyReaders.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Map<Long, ArrayDeque<Job>> jobsByTenant = new HashMap<>();
    private final ArrayDeque<Long> turns = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    /** One read; {@code read} runs on a reader thread and must pass its outcome on. */
    record Job(long tenantId, Runnable read) {}

    BodyReaders(int threadCount) {
        for (int i = 0; i < threadCount; i++) {
            Thread thread = new Thread(this::run, "sluice-body-reader-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    void submit(Job job) {
        lock.lock();
        try {
            ArrayDeque<Job> jobs = jobsByTenant.computeIfAbsent(job.tenantId(), tenant -> new ArrayDeque<>());
            jobs.addLast(job);
            if (jobs.size() == 1) {
                turns.addLast(job.tenantId());
            }
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            join(thread);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        for (Job job = next(); job != null; job = next()) {
            try {
                job.read().run();
            } catch (RuntimeException e) {
                LOG.error("body reader: unexpected failure", e);
            }
        }
    }

    /** The job whose turn it is; waits for one; null once closed. */
    private @Nullable Job next() {
        lock.lock();
        try {
            while (turns.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            return closed ? null : take();
        } finally {
            lock.unlock();
        }
    }

    private Job take() {
        Long tenant = turns.removeFirst();
        ArrayDeque<Job> jobs = Objects.requireNonNull(jobsByTenant.get(tenant), "a turn without jobs");
        Job job = jobs.removeFirst();
        if (jobs.isEmpty()) {
            jobsByTenant.remove(tenant);
        } else {
            turns.addLast(tenant);
        }
        return job;
    }
}
