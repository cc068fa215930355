package io.sluice.log.segment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread for file work that nobody waits for: preparing and releasing segments. */
final class Maintenance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
    private static final int CLOSE_TIMEOUT_S = 30;

    private final Path directory;
    private final Consumer<Throwable> onFailure;
    private final ExecutorService thread;

    Maintenance(Path directory, Consumer<Throwable> onFailure, ExecutorService thread) {
        this.directory = directory;
        this.onFailure = onFailure;
        this.thread = thread;
    }

    static ExecutorService newThread(Path directory) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread created = new Thread(task, "log-maintenance-" + directory.getFileName());
            created.setDaemon(true);
            return created;
        });
    }

    /** Runs work later; after {@link #close} it is dropped. */
    void run(Work work) {
        try {
            thread.execute(() -> guarded(work));
        } catch (RejectedExecutionException closed) {
            LOG.debug("{}: closing, background work dropped", directory);
        }
    }

    private void guarded(Work work) {
        try {
            work.run();
        } catch (IOException | RuntimeException e) {
            onFailure.accept(e);
        }
    }

    void await() {
        try {
            thread.submit(() -> {}).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | RejectedExecutionException e) {
            throw new IllegalStateException("maintenance of " + directory + " is closed", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_S, TimeUnit.SECONDS)) {
                LOG.warn("{}: background file work did not end within {} s", directory, CLOSE_TIMEOUT_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Work on files. */
    interface Work {
        void run() throws IOException;
    }
}
