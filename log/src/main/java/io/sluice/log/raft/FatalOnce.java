package io.sluice.log.raft;

import io.sluice.log.api.FatalLogError;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of the first failure that a log cannot survive, once, and keeps it for whoever asks why nothing works any more.
 *
 * <p>While the log is being opened it only keeps it: the caller of open gets it as an exception.
 */
final class FatalOnce {
    private static final Logger LOG = LoggerFactory.getLogger(FatalOnce.class);

    private final String log;
    private final FatalLogError listener;
    private volatile boolean opened;
    private final AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();

    FatalOnce(String log, FatalLogError listener) {
        this.log = log;
        this.listener = listener;
    }

    void report(Throwable failure) {
        if (cause.compareAndSet(null, failure)) {
            if (opened) {
                tell(failure);
            }
        }
    }

    private void tell(Throwable failure) {
        LOG.error("log {} cannot go on: {}", log, failure.getMessage(), failure);
        listener.onFatal(log, failure);
    }

    /** From now on failures go to the listener; what failed before is thrown here. */
    void opened() throws IOException {
        opened = true;
        Throwable failure = cause.get();
        if (failure != null) {
            throw asIo(failure);
        }
    }

    /** What to throw for a log that could not be opened. */
    IOException openFailure() {
        Throwable failure = cause.get();
        return failure == null
                ? new IOException("log " + log + " could not be opened; see the log above")
                : asIo(failure);
    }

    private IOException asIo(Throwable failure) {
        return failure instanceof IOException io ? io : new IOException("log " + log + ": " + failure, failure);
    }

    @Nullable
    Throwable cause() {
        return cause.get();
    }
}
