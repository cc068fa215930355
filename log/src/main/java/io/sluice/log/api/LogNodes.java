package io.sluice.log.api;

import io.sluice.log.raft.RaftLogNode;
import io.sluice.metrics.Meters;
import io.vertx.core.Vertx;
import java.io.IOException;

/** Starts the replicated logs of a node. */
public final class LogNodes {
    private LogNodes() {}

    /**
     * Binds the RPC endpoint and takes the data folder. Blocks: never call it on an event loop.
     *
     * @throws IOException when the folder is in use or the port cannot be bound
     */
    public static LogNode start(LogNodeOptions options, Vertx vertx, Meters meters, FatalLogError fatal)
            throws IOException {
        return RaftLogNode.start(options, vertx, meters, fatal);
    }
}
