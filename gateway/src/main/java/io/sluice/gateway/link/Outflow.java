package io.sluice.gateway.link;

import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what was written to a client and not yet taken by its socket, so that a client that does not read costs bounded memory.
 *
 * <p>Above {@link #HIGH_BYTES} the client counts as not writable, until half of it is left. Frames that must go out all the same (confirms, errors) may add
 * up to {@code spareBytes}; beyond that the connection is aborted. <em>Confined to:</em> the connection's event loop.
 */
public final class Outflow {
    private static final Logger LOG = LoggerFactory.getLogger(Outflow.class);
    static final int HIGH_BYTES = 256 * 1024;

    private final long spareBytes;
    private final Runnable abort;
    private Runnable whenWritable = () -> {};
    private long waitingBytes;
    private boolean full;

    /** @param spareBytes at least the size of the largest frame */
    public Outflow(long spareBytes, Runnable abort) {
        this.spareBytes = spareBytes;
        this.abort = abort;
    }

    /** @param task called after {@link #writable()} has answered false and there is room again */
    public void whenWritable(Runnable task) {
        whenWritable = task;
    }

    /** @param gatheredBytes bytes that are not yet written */
    public boolean writable(long gatheredBytes) {
        full |= waitingBytes + gatheredBytes >= HIGH_BYTES;
        return !full;
    }

    public void wrote(long bytes, Future<Void> done) {
        waitingBytes += bytes;
        if (waitingBytes > HIGH_BYTES + spareBytes) {
            LOG.info("a client does not read what it is sent: {} bytes wait", waitingBytes);
            abort.run();
            return;
        }
        // A failed write needs nothing here: the socket's close handler follows.
        done.onComplete(result -> taken(bytes));
    }

    private void taken(long bytes) {
        waitingBytes -= bytes;
        if (full && waitingBytes <= HIGH_BYTES / 2) {
            full = false;
            whenWritable.run();
        }
    }
}
