package io.sluice.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node ends: in order on SIGTERM and SIGINT, at once when the log can't keep its promises. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private Shutdown() {}

    /** From now on the JVM's end closes the node first; a node closed in order is exit code 0 whatever the signal. */
    static void onSignal(Node node) {
        Thread hook = new Thread(
                () -> {
                    int code = node.close() ? 0 : 1;
                    Runtime.getRuntime().halt(code);
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Ends the process: the others hold what this node had. */
    static void removed(String why) {
        try {
            LOG.error(
                    "the cluster does not count this node among its members ({}): it was removed, and ends now. To have it back, add it with "
                            + "POST /v1/cluster/nodes and start it on an empty data folder",
                    why);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    /** Ends the process without another confirm, read or write: what is on disk is what was promised. */
    static void fatal(String log, Throwable cause) {
        try {
            LOG.error(
                    "the log {} can't keep its promises any more; this node ends now, without confirming anything. "
                            + "What was confirmed is on disk. Cause: {}",
                    log,
                    cause.toString(),
                    cause);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
