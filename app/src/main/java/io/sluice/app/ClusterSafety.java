package io.sluice.app;

import io.sluice.config.SluiceConfig;
import io.sluice.config.SluiceConfig.ClusterSettings;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is checked, and said loudly, about the ports between nodes before any of them opens. */
final class ClusterSafety {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterSafety.class);
    private static final Duration SOON = Duration.ofDays(30);

    private ClusterSafety() {}

    /** @throws StartRefused when the files of {@code cluster.tls} can't serve this node */
    static void check(SluiceConfig config) throws StartRefused {
        ClusterSettings cluster = config.cluster();
        if (cluster.tls().enabled()) {
            Instant now = Instant.now();
            Instant end = ClusterCertificate.check(cluster.tls(), config.node().id(), now);
            if (now.plus(SOON).isAfter(end)) {
                LOG.warn(
                        "cluster.tls.cert expires on {}: make a new one with `./sluice ca issue` and restart the node",
                        end);
            }
        } else if (cluster.allowsInsecure()) {
            LOG.warn(
                    "NO TLS BETWEEN NODES (cluster.insecure): whoever reaches ports {}, {} and {} on {} can read and change everything",
                    cluster.raftPort(),
                    cluster.busPort(),
                    cluster.gridPort(),
                    cluster.host());
        }
    }
}
