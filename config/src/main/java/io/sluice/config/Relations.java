package io.sluice.config;

import io.sluice.config.SluiceConfig.ClusterTlsSettings;
import io.sluice.config.SluiceConfig.GatewaySettings;
import io.sluice.config.SluiceConfig.Member;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks what no setting can say alone: that the limits fit each other, the files and the heap. */
final class Relations {
    private static final int ENTRY_OVERHEAD_BYTES = 64 << 10;
    private static final int CACHE_SHARE_PERCENT = 60;

    private final SluiceConfig config;
    private final Map<String, Raw> raws;
    private final long heapBytes;
    private final List<ConfigProblem> problems = new ArrayList<>();

    Relations(SluiceConfig config, Map<String, Raw> raws, long heapBytes) {
        this.config = config;
        this.raws = raws;
        this.heapBytes = heapBytes;
    }

    List<ConfigProblem> check() {
        checkLog();
        checkGateway();
        checkTls();
        checkClusterTls();
        checkPorts();
        checkNodes();
        checkHeap();
        return problems;
    }

    private void checkLog() {
        LogSettings log = config.log();
        atLeast(
                "log.maxEntryBytes",
                log.maxEntryBytes(),
                (long) config.gateway().maxFrameBytes() + ENTRY_OVERHEAD_BYTES,
                "gateway.maxFrameBytes + 64KB, so that the largest frame fits into one entry");
        atLeast("log.segmentBytes", log.segmentBytes(), 2L * log.maxEntryBytes(), "2 × log.maxEntryBytes");
        atLeast("log.maxEntryBytes", log.maxEntryBytes(), log.batchBytes(), "log.batchBytes");
        atLeast("log.snapshotLogBytes", log.snapshotLogBytes(), log.segmentBytes(), "log.segmentBytes");
        atLeast("log.catchUpLogBytes", log.catchUpLogBytes(), log.snapshotLogBytes(), "log.snapshotLogBytes");
    }

    private void checkGateway() {
        GatewaySettings gateway = config.gateway();
        String largestFrame = "gateway.maxFrameBytes, or the largest message could never be sent";
        atLeast(
                "gateway.maxInFlightBytesPerConnection",
                gateway.maxInFlightBytesPerConnection(),
                gateway.maxFrameBytes(),
                largestFrame);
        atLeast("gateway.maxPrefetchBytes", gateway.maxPrefetchBytes(), gateway.maxFrameBytes(), largestFrame);
        atLeast(
                "gateway.maxInFlightBytesPerTenant",
                gateway.maxInFlightBytesPerTenant(),
                gateway.maxInFlightBytesPerConnection(),
                "gateway.maxInFlightBytesPerConnection");
        atLeast(
                "groups.maxPendingBytesPerTenant",
                config.groups().maxPendingBytesPerTenant(),
                gateway.maxInFlightBytesPerTenant(),
                "gateway.maxInFlightBytesPerTenant");
        atLeast(
                "groups.gatewayLostMs",
                config.groups().gatewayLostMs(),
                gateway.resumeGraceMs(),
                "gateway.resumeGraceMs, or a consumer could be gone before its client may have resumed it");
        atLeast(
                "gateway.maxConnections",
                gateway.maxConnections(),
                gateway.maxConnectionsPerAddress(),
                "gateway.maxConnectionsPerAddress");
    }

    private void atLeast(String path, long value, long least, String what) {
        if (value < least) {
            Unit unit = Unit.ofName(path);
            problem(path, "must be at least " + unit.format(least) + " (" + what + ")");
        }
    }

    private void checkTls() {
        String cert = config.gateway().tls().cert();
        String key = config.gateway().tls().key();
        if (cert.isEmpty() != key.isEmpty()) {
            String missing = cert.isEmpty() ? "gateway.tls.cert" : "gateway.tls.key";
            problem(missing, "is missing: TLS needs both gateway.tls.cert and gateway.tls.key, or neither");
        }
        checkReadable("gateway.tls.cert", cert);
        checkReadable("gateway.tls.key", key);
    }

    private void checkClusterTls() {
        ClusterTlsSettings tls = config.cluster().tls();
        Map<String, String> files = new LinkedHashMap<>();
        files.put("cluster.tls.cert", tls.cert());
        files.put("cluster.tls.key", tls.key());
        files.put("cluster.tls.ca", tls.ca());
        boolean wanted = files.values().stream().anyMatch(file -> !file.isEmpty());
        files.forEach((path, file) -> {
            if (wanted && file.isEmpty()) {
                problem(
                        path,
                        "is missing: TLS between nodes needs cluster.tls.cert, cluster.tls.key and cluster.tls.ca");
            }
            checkReadable(path, file);
        });
        String host = config.cluster().host();
        if (!wanted && !isLoopback(host) && !config.cluster().allowsInsecure()) {
            problem(
                    "cluster.host",
                    "is reached by other machines, and without TLS whoever reaches it can change and read everything: set cluster.tls.cert, cluster.tls.key and cluster.tls.ca (`./sluice ca` makes them), or cluster.insecure: true if the network is closed to all but the nodes");
        }
    }

    /** Names are not looked up: only what is loopback on every machine counts. */
    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}") || host.equals("::1");
    }

    private void checkReadable(String path, String file) {
        if (!file.isEmpty() && !isReadableFile(file)) {
            problem(path, "is not a file that this process can read");
        }
    }

    private static boolean isReadableFile(String file) {
        try {
            return Files.isRegularFile(Path.of(file)) && Files.isReadable(Path.of(file));
        } catch (InvalidPathException invalid) {
            return false;
        }
    }

    private void checkPorts() {
        Map<String, String> listeners = new LinkedHashMap<>();
        claim(
                listeners,
                "gateway.tcpPort",
                config.gateway().host(),
                config.gateway().tcpPort());
        claim(
                listeners,
                "gateway.httpPort",
                config.gateway().host(),
                config.gateway().httpPort());
        claim(
                listeners,
                "cluster.raftPort",
                config.cluster().host(),
                config.cluster().raftPort());
        claim(
                listeners,
                "cluster.busPort",
                config.cluster().host(),
                config.cluster().busPort());
        claim(
                listeners,
                "cluster.gridPort",
                config.cluster().host(),
                config.cluster().gridPort());
        if (!config.admin().host().isEmpty()) {
            claim(listeners, "admin.port", config.admin().host(), config.admin().port());
        }
    }

    private void claim(Map<String, String> listeners, String path, String host, int port) {
        if (port == 0) {
            return;
        }
        listeners.forEach((other, address) -> {
            if (address.equals(host + ":" + port) || (address.endsWith(":" + port) && isAnyAddress(host, address))) {
                problem(path, "is taken by " + other + "; ports must differ (0 takes any free one)");
            }
        });
        listeners.put(path, host + ":" + port);
    }

    private static boolean isAnyAddress(String host, String address) {
        return host.equals("0.0.0.0")
                || host.equals("::")
                || address.startsWith("0.0.0.0:")
                || address.startsWith(":::");
    }

    private void checkNodes() {
        List<Member> members = config.cluster().members();
        if (members.isEmpty()) {
            return;
        }
        List<Member> self = members.stream()
                .filter(member -> member.id().equals(config.node().id()))
                .toList();
        int raftPort = config.cluster().raftPort();
        if (self.isEmpty()) {
            problem(
                    "cluster.nodes",
                    "must name this node too (node.id is " + config.node().id() + ")");
        } else if (self.get(0).raftPort() != raftPort) {
            problem(
                    "cluster.nodes",
                    "says port " + self.get(0).raftPort() + " for this node, but cluster.raftPort is " + raftPort);
        } else if (self.get(0).busPort() != config.cluster().busPort()) {
            problem(
                    "cluster.nodes",
                    "says bus port " + self.get(0).busPort() + " for this node, but cluster.busPort is "
                            + config.cluster().busPort());
        }
        if (members.stream().map(Member::id).distinct().count() < members.size()) {
            problem("cluster.nodes", "must name each node once");
        }
        if (members.size() == 2) {
            problem(
                    "cluster.nodes",
                    "names two nodes: neither could go on without the other, so two are less available than one; give one node, or three or more");
        }
    }

    private void checkHeap() {
        LogSettings log = config.log();
        long tailBytes = (log.shards() + 1) * log.tailCacheBytes();
        long batchBytes = (log.shards() + 1L) * log.inFlightEntries() * log.maxEntryBytes();
        long pendingBytes = (long) config.log().shards() * config.groups().maxPendingBytesPerTenant();
        long sumBytes = tailBytes + batchBytes + pendingBytes;
        long allowedBytes = heapBytes / 100 * CACHE_SHARE_PERCENT;
        if (sumBytes > allowedBytes) {
            problem(
                    "log.tailCacheBytes",
                    "the heap of %s is too small: (log.shards + 1) × log.tailCacheBytes = %s, × log.inFlightEntries × log.maxEntryBytes = %s and log.shards × groups.maxPendingBytesPerTenant = %s make %s, more than %d %% of it; lower them or raise SLUICE_HEAP"
                            .formatted(
                                    mb(heapBytes),
                                    mb(tailBytes),
                                    mb(batchBytes),
                                    mb(pendingBytes),
                                    mb(sumBytes),
                                    CACHE_SHARE_PERCENT));
        }
    }

    private static String mb(long bytes) {
        return (bytes >> 20) + "MB";
    }

    private void problem(String path, String message) {
        Raw raw = raws.getOrDefault(path, Raw.of("", "default"));
        problems.add(new ConfigProblem(path, "\"" + raw.text() + "\"", raw.source(), message));
    }
}
