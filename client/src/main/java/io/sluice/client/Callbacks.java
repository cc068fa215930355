package io.sluice.client;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads on which the application's code runs: as many as there are publishers and consumers with something to tell, none when idle. */
final class Callbacks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SluiceClient.class);
    private static final int MAX_THREADS = 256;
    private static final int IDLE_S = 10;

    private final ExecutorService threads;
    private final ClientListener listener;
    private final SerialExecutor listenerCalls;

    Callbacks(String clientName, ClientListener listener) {
        ForIdleThreads tasks = new ForIdleThreads();
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                0,
                MAX_THREADS,
                IDLE_S,
                TimeUnit.SECONDS,
                tasks,
                task -> {
                    Thread thread = new Thread(task, "sluice-" + clientName + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                tasks::keep);
        this.threads = pool;
        this.listener = listener;
        this.listenerCalls = new SerialExecutor(pool, failure -> LOG.warn("The client's listener failed", failure));
    }

    /** Takes a task only for an idle thread: the pool then makes another one, which with an ordinary queue it does while idle ones are there. */
    private static final class ForIdleThreads extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        /** When no more threads may be made. */
        void keep(Runnable task, ThreadPoolExecutor pool) {
            // What comes when the client is closed is for nobody: everybody was told of the end before.
            if (!pool.isShutdown()) {
                super.offer(task);
            }
        }
    }

    /** An executor for one publisher or consumer: its tasks run one after the other. */
    SerialExecutor serial(boolean onEventLoop) {
        Executor executor = onEventLoop ? Runnable::run : threads;
        return new SerialExecutor(executor, this::error);
    }

    void error(Throwable failure) {
        LOG.debug("Reported to the listener", failure);
        tell(() -> listener.onError(failure));
    }

    void state(ClientState state) {
        tell(() -> listener.onStateChange(state));
    }

    void throttled(ClientListener.Throttle throttle) {
        tell(() -> listener.onThrottled(throttle));
    }

    private void tell(Runnable call) {
        listenerCalls.execute(call);
    }

    /** What was handed in still runs. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
