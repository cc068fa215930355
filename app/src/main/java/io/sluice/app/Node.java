package io.sluice.app;

import io.sluice.config.LoadedConfig;
import io.sluice.gateway.api.Gateway;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that serves. Made by {@link #start}; ended by {@link #close}. Safe for any thread. */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long DRAIN_MS = 3_000;

    private final Endpoints endpoints;
    private final Path data;
    private final Readiness readiness;
    private final ClusterReports cluster;
    private final Gateway gateway;
    private final ClosingStack parts;
    private final AtomicBoolean closed = new AtomicBoolean();

    Node(
            Endpoints endpoints,
            Path data,
            Readiness readiness,
            ClusterReports cluster,
            Gateway gateway,
            ClosingStack parts) {
        this.endpoints = endpoints;
        this.data = data;
        this.readiness = readiness;
        this.cluster = cluster;
        this.gateway = gateway;
        this.parts = parts;
    }

    /**
     * Starts everything and returns once clients are served. Blocks.
     *
     * @throws StartRefused when it can't; whatever was opened is closed again
     */
    static Node start(LoadedConfig loaded) throws StartRefused {
        return start(loaded, false);
    }

    /** @param replace whether replicas that this node has lost come back from the others, under a new incarnation */
    static Node start(LoadedConfig loaded, boolean replace) throws StartRefused {
        return new NodeStarter(loaded, replace).start();
    }

    String readyLine() {
        return endpoints.readyLine(data);
    }

    /** Sends clients away, lets what is in flight finish, closes everything; whether all of it went in order. Once. */
    boolean close() {
        if (!closed.compareAndSet(false, true)) {
            return true;
        }
        LOG.info("shutting down");
        readiness.drain();
        cluster.drain();
        drain();
        boolean clean = parts.closeAll();
        LOG.info("{}", clean ? "closed in order" : "closed, not everything in order");
        return clean;
    }

    private void drain() {
        try {
            gateway.drain(DRAIN_MS).toCompletionStage().toCompletableFuture().get(2 * DRAIN_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("clients were not all gone in time: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
