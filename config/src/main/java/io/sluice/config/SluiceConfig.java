package io.sluice.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Everything a node can be told. Immutable; made by {@link ConfigLoader}, which checks every bound and the relations between them. */
public record SluiceConfig(
        NodeSettings node,
        GatewaySettings gateway,
        AdminSettings admin,
        ClusterSettings cluster,
        LogSettings log,
        GroupSettings groups,
        MetricsSettings metrics,
        LoggingSettings logging) {

    /** This process. */
    public record NodeSettings(
            @Setting(value = "n1", pattern = "[a-z0-9][a-z0-9._-]{0,63}", doc = "name of the node in its cluster")
            String id,

            @Setting(value = "data", flag = "data", doc = "folder of everything the node keeps")
            Path data,

            @Setting(
                    value = "0",
                    min = "0",
                    max = "256",
                    doc = "number of Vert.x event loops; 0 for the number of cores")
            int eventLoops) {}

    /** The listeners for clients. */
    public record GatewaySettings(
            @Setting(value = "127.0.0.1", doc = "address to bind to")
            String host,

            @Setting(value = "", doc = "host that clients are told; empty for the address bound to")
            String advertisedHost,

            @Setting(
                    value = "7610",
                    min = "0",
                    max = "65535",
                    flag = "tcp-port",
                    doc = "binary protocol; 0 for any free port")
            int tcpPort,

            @Setting(
                    value = "7611",
                    min = "0",
                    max = "65535",
                    flag = "http-port",
                    doc = "WebSocket, REST and operator paths; 0 for any free port")
            int httpPort,

            TlsSettings tls,

            @Setting(
                    value = "5s",
                    min = "100ms",
                    max = "10m",
                    doc = "time that a new connection has for CONNECT, and for a TLS or WebSocket handshake before it")
            int connectTimeoutMs,

            @Setting(
                    value = "15s",
                    min = "100ms",
                    max = "10m",
                    doc = "interval of heartbeats both ways; a peer silent for two and a half intervals is closed")
            int heartbeatMs,

            @Setting(value = "4MB", min = "64KB", max = "128MB", doc = "largest frame taken; bounds a message too")
            int maxFrameBytes,

            @Setting(value = "20000", min = "1", max = "1000000", doc = "connections on this node, over all tenants")
            int maxConnections,

            @Setting(
                    value = "4096",
                    min = "1",
                    max = "1000000",
                    doc = "connections of one client address that have no session yet")
            int maxConnectionsPerAddress,

            @Setting(value = "1000", min = "1", max = "65535", doc = "consumers one connection may have")
            int maxConsumersPerConnection,

            @Setting(value = "1000", min = "1", max = "65535", doc = "producers one connection may have")
            int maxProducersPerConnection,

            @Setting(value = "4MB", min = "64KB", max = "1GB", doc = "publish bytes not yet confirmed, per connection")
            int maxInFlightBytesPerConnection,

            @Setting(
                    value = "8MB",
                    min = "64KB",
                    max = "1GB",
                    doc = "publish bytes not yet confirmed, per tenant and event loop")
            int maxInFlightBytesPerTenant,

            @Setting(value = "10000", min = "1", max = "1000000", doc = "upper bound of a consumer's prefetch")
            int maxPrefetchCount,

            @Setting(
                    value = "4MB",
                    min = "64KB",
                    max = "1GB",
                    doc = "upper bound, and default, of a consumer's prefetch in bytes")
            int maxPrefetchBytes,

            @Setting(
                    value = "30s",
                    min = "100ms",
                    max = "10m",
                    doc = "a client that takes nothing for so long while bytes wait is closed")
            int writeStallTimeoutMs,

            @Setting(
                    value = "5s",
                    min = "0ms",
                    max = "10m",
                    doc =
                            "how long the consumers of a lost connection keep what they have checked out; 0 for not at all")
            int resumeGraceMs) {}

    /** PEM files; both or none. */
    public record TlsSettings(
            @Setting(value = "", doc = "PEM file with the certificate chain; empty for no TLS")
            String cert,

            @Setting(value = "", doc = "PEM file with the private key; empty for no TLS")
            String key) {

        public boolean enabled() {
            return !cert.isEmpty();
        }
    }

    /** The operator's way in. */
    public record AdminSettings(
            @Setting(
                    value = "",
                    secret = true,
                    doc = "the operator's bearer token; empty: made at first start and kept in DATA/admin.token")
            String token,

            @Setting(
                    value = "",
                    doc =
                            "address of a listener of its own for the operator's paths; empty: served beside the clients' HTTP")
            String host,

            @Setting(
                    value = "7615",
                    min = "0",
                    max = "65535",
                    flag = "admin-port",
                    doc = "port of that listener; 0 for any free port")
            int port,

            @Setting(value = "1MB", min = "1KB", max = "64MB", doc = "largest request body")
            int maxBodyBytes) {}

    /** The other nodes. */
    public record ClusterSettings(
            @Setting(
                    value = "sluice",
                    pattern = "[a-z0-9][a-z0-9._-]{0,63}",
                    doc = "cluster name, part of every Raft group's id")
            String name,

            @Setting(value = "127.0.0.1", doc = "address for Raft, event bus and grid; never one that outsiders reach")
            String host,

            @Setting(
                    value = "7612",
                    min = "0",
                    max = "65535",
                    flag = "raft-port",
                    doc = "replication; 0 for any free port")
            int raftPort,

            @Setting(
                    value = "7613",
                    min = "0",
                    max = "65535",
                    flag = "bus-port",
                    doc = "event bus; 0 for any free port")
            int busPort,

            @Setting(
                    value = "7614",
                    min = "0",
                    max = "65535",
                    flag = "grid-port",
                    doc = "Hazelcast; 0 for any free port")
            int gridPort,

            @Setting(
                    value = "",
                    pattern = "[a-z0-9][a-z0-9._-]{0,63}=[^=:\\s]+:\\d{1,5}(:\\d{1,5}){0,2}",
                    doc =
                            "all nodes, this one among them, each id=host:raftPort[:gridPort[:busPort]] (else cluster.gridPort and cluster.busPort); empty for one node")
            List<String> nodes,

            ClusterTlsSettings tls,

            @Setting(
                    value = "false",
                    oneOf = {"true", "false"},
                    doc = "true to start without cluster.tls on a cluster.host that other machines reach")
            String insecure) {

        /** {@link #nodes} taken apart, sorted by id. */
        public List<Member> members() {
            return nodes.stream()
                    .map(this::member)
                    .sorted(Comparator.comparing(Member::id))
                    .toList();
        }

        private Member member(String node) {
            String[] parts = node.split("[=:]");
            int grid = parts.length > 3 ? Integer.parseInt(parts[3]) : gridPort;
            int bus = parts.length > 4 ? Integer.parseInt(parts[4]) : busPort;
            return new Member(parts[0], parts[1], Integer.parseInt(parts[2]), grid, bus);
        }

        /** Whether the operator takes Raft and event bus without TLS upon himself. */
        public boolean allowsInsecure() {
            return insecure.equals("true");
        }
    }

    /** One node as the others reach it. */
    public record Member(String id, String host, int raftPort, int gridPort, int busPort) {}

    /** PEM files for mutual TLS between nodes; all three or none. */
    public record ClusterTlsSettings(
            @Setting(
                    value = "",
                    doc =
                            "PEM file with this node's certificate chain, which names node.id; empty for no TLS between nodes")
            String cert,

            @Setting(value = "", doc = "PEM file with its private key (PKCS#8)")
            String key,

            @Setting(value = "", doc = "PEM file with the private CA that every node's certificate must come from")
            String ca) {

        public boolean enabled() {
            return !cert.isEmpty();
        }
    }

    /** The shards' machines. */
    public record GroupSettings(
            @Setting(
                    value = "16MB",
                    min = "64KB",
                    max = "1GB",
                    doc = "commands that wait for the log, per tenant and shard")
            int maxPendingBytesPerTenant,

            @Setting(value = "2", min = "1", max = "64", doc = "threads that read bodies that are no longer in memory")
            int bodyReaderThreads,

            @Setting(value = "10000", min = "1", max = "1000000", doc = "producers remembered per queue group")
            int maxProducersPerGroup,

            @Setting(
                    value = "1h",
                    min = "1s",
                    max = "30d",
                    doc = "idle time after which a producer's sequence is forgotten")
            long producerExpiryMs,

            @Setting(
                    value = "10s",
                    min = "800ms",
                    max = "10m",
                    doc =
                            "silence after which a node's gateway is given up: what its consumers have checked out returns")
            long gatewayLostMs,

            @Setting(
                    value = "64MB",
                    min = "64KB",
                    max = "1GB",
                    doc = "upper bound of bytes copied for groups that move to another shard, per shard they leave")
            long moveBytesPerSecond) {

        /** With the usual pace of moves. */
        public GroupSettings(
                int maxPendingBytesPerTenant,
                int bodyReaderThreads,
                int maxProducersPerGroup,
                long producerExpiryMs,
                long gatewayLostMs) {
            this(
                    maxPendingBytesPerTenant,
                    bodyReaderThreads,
                    maxProducersPerGroup,
                    producerExpiryMs,
                    gatewayLostMs,
                    64 << 20);
        }
    }

    /** What /metrics shows. */
    public record MetricsSettings(
            @Setting(
                    value = "1000",
                    min = "0",
                    max = "100000",
                    doc = "tenants with series of their own; the others share tenant=\"_overflow\"")
            int maxTenantSeries) {}

    /** The log on stderr. */
    public record LoggingSettings(
            @Setting(
                    value = "text",
                    oneOf = {"text", "json"},
                    flag = "log-format",
                    doc = "lines for people, or one JSON object a line")
            String format,

            @Setting(
                    value = "info",
                    oneOf = {"error", "warn", "info", "debug"},
                    flag = "log-level",
                    doc = "least severe level written")
            String level) {}
}
