package io.sluice.log.api;

import io.sluice.config.LogSettings;
import io.sluice.log.spi.FileLayer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a node's logs need to start.
 *
 * @param nodeId name of this node, letters, digits, {@code _}, {@code -} and {@code .}; its identity in every Raft group
 * @param clusterName checked on every message between nodes
 * @param host address to bind to
 * @param raftPort 0 for any free port
 * @param dataFolder each log gets a folder of its name in it
 * @param settings sizes and bounds
 * @param peers all voters as {@code id=host:raftPort}, this node among them; empty for a group of one
 * @param server TLS and socket options of the listener; host and port are set from above
 * @param client TLS and socket options of connections to peers
 * @param replace a replica that this node no longer has, though its group knows it, comes back under a new incarnation instead of being refused
 * @param files the disk; another one only in tests
 */
public record LogNodeOptions(
        String nodeId,
        String clusterName,
        String host,
        int raftPort,
        Path dataFolder,
        LogSettings settings,
        List<String> peers,
        NetServerOptions server,
        NetClientOptions client,
        boolean replace,
        FileLayer files) {

    public LogNodeOptions {
        if (!nodeId.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException("node.id '" + nodeId + "': 1-64 letters, digits, '_', '.' or '-'");
        }
        Objects.requireNonNull(clusterName);
        if (server.isSsl() != client.isSsl() || server.isSsl() && server.getClientAuth() != ClientAuth.REQUIRED) {
            throw new IllegalArgumentException("TLS between nodes is for both sides, and both show a certificate");
        }
        peers = List.copyOf(peers);
    }

    /** A node on the real disk without TLS. */
    public static LogNodeOptions of(
            String nodeId, String clusterName, String host, int raftPort, Path dataFolder, LogSettings settings) {
        return new LogNodeOptions(
                nodeId,
                clusterName,
                host,
                raftPort,
                dataFolder,
                settings,
                List.of(),
                new NetServerOptions(),
                new NetClientOptions(),
                false,
                FileLayer.disk());
    }

    public LogNodeOptions withPeers(List<String> voters) {
        return new LogNodeOptions(
                nodeId, clusterName, host, raftPort, dataFolder, settings, voters, server, client, replace, files);
    }

    public LogNodeOptions withFiles(FileLayer layer) {
        return new LogNodeOptions(
                nodeId, clusterName, host, raftPort, dataFolder, settings, peers, server, client, replace, layer);
    }

    /** Mutual TLS; each certificate names its node as {@link NodeCertificate} says, which is checked on every connection and request. */
    public LogNodeOptions withTls(NetServerOptions serverTls, NetClientOptions clientTls) {
        return new LogNodeOptions(
                nodeId, clusterName, host, raftPort, dataFolder, settings, peers, serverTls, clientTls, replace, files);
    }

    public LogNodeOptions withReplace(boolean allowed) {
        return new LogNodeOptions(
                nodeId, clusterName, host, raftPort, dataFolder, settings, peers, server, client, allowed, files);
    }
}
