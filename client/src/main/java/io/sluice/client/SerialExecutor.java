package io.sluice.client;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Runs tasks one after the other, in order, on threads of another executor; a task that throws is reported and the next one runs. Safe for any thread. */
final class SerialExecutor implements Executor {
    private final Executor threads;
    private final Consumer<Throwable> errors;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private volatile Thread runner = Thread.currentThread();

    SerialExecutor(Executor threads, Consumer<Throwable> errors) {
        this.threads = threads;
        this.errors = errors;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        threads.execute(this::drain);
    }

    /** Whether the caller is a task of this executor. */
    boolean isCurrent() {
        return running() && runner == Thread.currentThread();
    }

    private boolean running() {
        synchronized (tasks) {
            return running;
        }
    }

    private void drain() {
        runner = Thread.currentThread();
        while (true) {
            Runnable task;
            synchronized (tasks) {
                task = tasks.poll();
                if (task == null) {
                    running = false;
                    return;
                }
            }
            runCaught(task);
        }
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private void runCaught(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            errors.accept(e);
        }
    }
}
