package io.sluice.config;

import java.nio.file.Path;
import java.util.List;

/** Everything a node can be told; see the records for units and bounds. */
public record SluiceConfig(
        NodeSettings node,
        GatewaySettings gateway,
        AdminSettings admin,
        ClusterSettings cluster,
        LogSettings log,
        GroupSettings groups,
        MetricsSettings metrics,
        LoggingSettings logging) {

    /**
     * @param id name of the node in its cluster
     * @param data folder of everything the node keeps
     * @param eventLoops number of Vert.x event loops; 0 for the number of cores
     */
    public record NodeSettings(String id, Path data, int eventLoops) {}

    /**
     * The listeners for clients.
     *
     * @param host address to bind to
     * @param advertisedHost host that clients are told; empty for {@code host}
     * @param tcpPort 0 for any free port
     * @param httpPort WebSocket, REST and operator paths; 0 for any free port
     * @param tls PEM files; both empty for no TLS
     * @param connectTimeoutMs time a new connection has for CONNECT (and for a TLS or WebSocket handshake before it)
     * @param heartbeatMs interval of heartbeats both ways; a peer silent for two and a half intervals is closed
     * @param maxFrameBytes largest frame taken; bounds a message too
     * @param maxConnections over all tenants, on this node
     * @param maxConnectionsPerAddress of one client address without a session yet
     * @param maxConsumersPerConnection consumers one connection may have
     * @param maxProducersPerConnection producers one connection may have
     * @param maxInFlightBytesPerConnection publish bytes not yet confirmed, per connection
     * @param maxInFlightBytesPerTenant publish bytes not yet confirmed, per tenant and event loop
     * @param maxPrefetchCount upper bound of a consumer's prefetch
     * @param maxPrefetchBytes upper bound (and default) of a consumer's prefetch in bytes
     * @param writeStallTimeoutMs a client that takes nothing for so long while bytes wait is closed
     * @param resumeGraceMs how long the consumers of a lost connection keep what they have checked out; 0 for not at all
     */
    public record GatewaySettings(
            String host,
            String advertisedHost,
            int tcpPort,
            int httpPort,
            TlsSettings tls,
            int connectTimeoutMs,
            int heartbeatMs,
            int maxFrameBytes,
            int maxConnections,
            int maxConnectionsPerAddress,
            int maxConsumersPerConnection,
            int maxProducersPerConnection,
            int maxInFlightBytesPerConnection,
            int maxInFlightBytesPerTenant,
            int maxPrefetchCount,
            int maxPrefetchBytes,
            int writeStallTimeoutMs,
            int resumeGraceMs) {}

    /** @param cert PEM certificate chain, empty for no TLS @param key PEM private key, empty for no TLS */
    public record TlsSettings(String cert, String key) {
        public boolean enabled() {
            return !cert.isEmpty();
        }
    }

    /**
     * @param token the operator's bearer token; empty: made at first start and written to {@code DATA/admin.token}
     * @param host address of a listener of its own for the operator's paths; empty: they are served beside the clients' HTTP
     * @param port port of that listener
     * @param maxBodyBytes largest request body
     */
    public record AdminSettings(String token, String host, int port, int maxBodyBytes) {}

    /**
     * @param name cluster name, part of every Raft group's id
     * @param host address for Raft, event bus and grid
     * @param raftPort 0 for any free port @param busPort 0 for any free port @param gridPort 0 for any free port
     * @param nodes members known in advance, {@code id=host:raftPort}; empty for one node
     */
    public record ClusterSettings(
            String name, String host, int raftPort, int busPort, int gridPort, List<String> nodes) {}

    /**
     * @param maxPendingBytesPerTenant commands that wait for the log, per tenant and shard
     * @param bodyReaderThreads threads that read bodies that are no longer cached
     * @param maxProducersPerGroup remembered producers per queue group
     * @param producerExpiryMs idle time of machine time after which a producer is forgotten
     * @param gatewayLostMs silence after which a gateway's consumers are given up
     */
    public record GroupSettings(
            int maxPendingBytesPerTenant,
            int bodyReaderThreads,
            int maxProducersPerGroup,
            long producerExpiryMs,
            long gatewayLostMs) {}

    /** @param maxTenantSeries tenants with series of their own in /metrics; the others share {@code _overflow} */
    public record MetricsSettings(int maxTenantSeries) {}

    /** @param format {@code text} or {@code json} @param level {@code error}, {@code warn}, {@code info} or {@code debug} */
    public record LoggingSettings(String format, String level) {}
}
