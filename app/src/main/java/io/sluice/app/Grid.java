package io.sluice.app;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import io.github.bucket4j.grid.hazelcast.HazelcastProxyManager;
import io.sluice.config.SluiceConfig;
import io.sluice.config.SluiceConfig.ClusterSettings;
import io.sluice.config.SluiceConfig.Member;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxInternal;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How Vert.x and Hazelcast are set up: loopback unless told otherwise, nothing found by multicast, nothing sent home. */
final class Grid {
    private static final int PING_MS = 1_000;
    private static final int PONG_MS = 2_000;
    /** Else a node that was cut off is called once, and again only after so many seconds as it has been away. */
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    /** The same for bytes that nobody takes. */
    private static final int UNTAKEN_TIMEOUT_MS = 3_000;

    /** Ids of Bucket4j's serializers count up from here; the same on every node. */
    private static final int BUCKET_SERIALIZERS = 10_000;

    // A hung peer accepts bytes for ever; only this makes writes to it fail.
    private static final int READ_IDLE_S = 5;

    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("hazelcast.logging.type", "slf4j"),
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.shutdownhook.enabled", "false"),
            Map.entry("hazelcast.health.monitoring.level", "OFF"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "2"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", "12"),
            // Nodes that started apart, or were cut off, find each other again in seconds instead of minutes.
            Map.entry("hazelcast.merge.first.run.delay.seconds", "10"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
            // It holds a few hundred registrations: the defaults are made for a database.
            Map.entry("hazelcast.operation.thread.count", "2"),
            Map.entry("hazelcast.operation.generic.thread.count", "2"),
            Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.event.thread.count", "1"),
            Map.entry("hazelcast.partition.count", "31"));

    private Grid() {}

    /** Completes when this node is a member of its cluster (alone, if no other node is known) and its event bus listens. */
    static Future<Vertx> join(SluiceConfig config) {
        return start(config).compose(vertx -> directory(vertx).joined().map(vertx));
    }

    /** Completes when the event bus listens: it finds the other nodes without the grid, which is being joined meanwhile. */
    static Future<Vertx> start(SluiceConfig config) {
        int loops = eventLoops(config);
        EventBusOptions bus = new EventBusOptions()
                .setHost(config.cluster().host())
                .setPort(config.cluster().busPort())
                .setClusterPingInterval(PING_MS)
                .setClusterPingReplyInterval(PONG_MS);
        bus.setConnectTimeout(CONNECT_TIMEOUT_MS).setTcpUserTimeout(UNTAKEN_TIMEOUT_MS);
        bus.setReadIdleTimeout(READ_IDLE_S).setIdleTimeoutUnit(TimeUnit.SECONDS);
        new ClusterTls(config.cluster().tls()).secure(bus);
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setPreferNativeTransport(true)
                .setEventBusOptions(bus);
        return Vertx.builder()
                .with(options)
                .withClusterManager(new BusDirectory(config))
                .buildClustered();
    }

    /** The member that the event bus of this node registers with. */
    static HazelcastInstance of(Vertx vertx) {
        return directory(vertx).grid();
    }

    /** How this node's event bus finds the others. */
    static BusDirectory directory(Vertx vertx) {
        return (BusDirectory) ((VertxInternal) vertx).clusterManager();
    }

    static int eventLoops(SluiceConfig config) {
        int told = config.node().eventLoops();
        return told > 0 ? told : Runtime.getRuntime().availableProcessors();
    }

    static Config hazelcast(ClusterSettings cluster) {
        Config config = new Config().setClusterName(cluster.name());
        PROPERTIES.forEach(config::setProperty);
        boolean alone = cluster.nodes().size() <= 1;
        config.setProperty("hazelcast.wait.seconds.before.join", alone ? "0" : "1");
        config.getMetricsConfig().setEnabled(false);
        network(config.getNetworkConfig(), cluster);
        // Whoever reaches the port can send objects: of no class that isn't ours, Vert.x' or Hazelcast's.
        JavaSerializationFilterConfig allowed = new JavaSerializationFilterConfig();
        allowed.getWhitelist().addPrefixes("io.vertx.", "io.github.bucket4j.", "io.sluice.");
        config.getSerializationConfig().setJavaSerializationFilterConfig(allowed);
        // As Vert.x' own default file has them.
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs").setValueCollectionType("SET"));
        config.addMapConfig(new MapConfig("__vertx.haInfo"));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo"));
        config.addMapConfig(new MapConfig(GridBuckets.MAP).setPerEntryStatsEnabled(false));
        HazelcastProxyManager.addCustomSerializers(config.getSerializationConfig(), BUCKET_SERIALIZERS);
        return config;
    }

    private static void network(NetworkConfig network, ClusterSettings cluster) {
        network.setPort(cluster.gridPort()).setPortAutoIncrement(false).setReuseAddress(true);
        network.getInterfaces().setEnabled(true).addInterface(cluster.host());
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        for (Member member : cluster.members()) {
            join.getTcpIpConfig().addMember(member.host() + ":" + member.gridPort());
        }
    }
}
