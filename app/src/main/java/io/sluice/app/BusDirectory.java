package io.sluice.app;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import io.sluice.config.SluiceConfig;
import io.sluice.config.SluiceConfig.ClusterSettings;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes on the event bus by what their addresses say, not by registrations in the grid: {@code …@<node>} is at that node, {@code gateway.<number>.<loop>} at the one with
 * that number, any other address nowhere. Membership and maps are Hazelcast's.
 *
 * <p>*Invariants:* answers come from memory, whatever state the grid is in; nodes that can reach each other talk, though the grid has split. What is handed in as local-only
 * must be sent local-only too. Safe for any thread.
 */
final class BusDirectory implements ClusterManager {
    private static final String NODE = "sluice.node";
    private static final String BUS = "sluice.bus";
    private static final String GATEWAY = "gateway.";
    private static final int MAX_PORT = 65_535;
    private static final Pattern HOST_AND_PORT = Pattern.compile("(.+):(\\d{1,5})");

    private final HazelcastClusterManager grid;
    private final String self;
    private final Map<String, NodeInfo> known = new ConcurrentHashMap<>();
    private final Set<String> configured;
    private volatile IntFunction<String> nodeOfNumber = number -> "";
    private final Promise<HazelcastInstance> joined = Promise.promise();
    private volatile @Nullable NodeInfo own;

    BusDirectory(SluiceConfig config) {
        ClusterSettings cluster = config.cluster();
        self = config.node().id();
        cluster.members().forEach(member -> known.put(member.id(), at(member.host(), member.busPort())));
        configured = Set.copyOf(known.keySet());
        Config settings = Grid.hazelcast(cluster);
        settings.getMemberAttributeConfig().setAttribute(NODE, self);
        settings.getMemberAttributeConfig().setAttribute(BUS, cluster.host() + ":" + cluster.busPort());
        grid = new HazelcastClusterManager(settings);
        // The grid holds no registrations, so it has no news of any.
        grid.registrationListener(new RegistrationListener() {});
    }

    private static NodeInfo at(String host, int port) {
        return new NodeInfo(host, port, new JsonObject());
    }

    HazelcastInstance grid() {
        return grid.getHazelcastInstance();
    }

    /** When this node is a member of the grid: nobody has to wait for that to reach another one. */
    Future<HazelcastInstance> joined() {
        return joined.future();
    }

    /** Who has which number, empty for nobody; to be told as soon as it is known. */
    void numbered(IntFunction<String> nodes) {
        nodeOfNumber = nodes;
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
        int at = address.lastIndexOf('@');
        if (at >= 0) {
            promise.succeed(only(address.substring(at + 1)));
        } else if (address.startsWith(GATEWAY)) {
            promise.succeed(only(nodeOfNumber.apply(gatewayNumber(address))));
        } else {
            promise.succeed(List.of());
        }
    }

    private static int gatewayNumber(String address) {
        return Integer.parseInt(address.substring(GATEWAY.length(), address.indexOf('.', GATEWAY.length())));
    }

    private List<RegistrationInfo> only(String node) {
        boolean isKnown = node.equals(self) || known.containsKey(node);
        return isKnown ? List.of(new RegistrationInfo(node, 0, false)) : List.of();
    }

    @Override
    public void getNodeInfo(String node, Completable<NodeInfo> promise) {
        NodeInfo info = known.get(node);
        if (info == null) {
            promise.fail(new VertxException("node " + node + " is not known", true));
        } else {
            promise.succeed(info);
        }
    }

    @Override
    public void join(Completable<Void> promise) {
        grid.join((none, failure) -> {
            if (failure == null) {
                grid().getCluster().addMembershipListener(new Newcomers());
                grid().getCluster().getMembers().forEach(this::learn);
                joined.complete(grid());
            } else {
                joined.fail(failure);
            }
        });
        promise.succeed(null);
    }

    /** A node that was added later tells by itself where it is; what the configuration says of one counts more. */
    private void learn(Member member) {
        String node = member.getAttribute(NODE);
        String bus = member.getAttribute(BUS);
        Matcher place = HOST_AND_PORT.matcher(bus == null ? "" : bus);
        int port = place.matches() ? Integer.parseInt(place.group(2)) : 0;
        if (node != null && port > 0 && port <= MAX_PORT) {
            learn(node, place.group(1), port);
        }
    }

    /** It may have been here before, at another place. */
    void learn(String node, String host, int port) {
        if (!node.equals(self) && !configured.contains(node)) {
            known.put(node, at(host, port));
        }
    }

    private final class Newcomers implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            learn(event.getMember());
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            // Where it was remains known: the grid may be wrong, and the node may come back.
        }
    }

    @Override
    public String getNodeId() {
        return self;
    }

    @Override
    public List<String> getNodes() {
        Set<String> sorted = new TreeSet<>(known.keySet());
        sorted.add(self);
        return List.copyOf(sorted);
    }

    @Override
    public @Nullable NodeInfo getNodeInfo() {
        return own;
    }

    @Override
    public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
        own = info;
        // Of no use to us, but Hazelcast's manager writes its own again after each loss of a member.
        joined.future().onSuccess(member -> grid.setNodeInfo(info, (none, failure) -> {}));
        promise.succeed(null);
    }

    @Override
    public void registrationListener(RegistrationListener selector) {
        // Who is where never changes.
    }

    /** Every node takes messages to its addresses; one that has no receiver for them drops them. */
    @Override
    public void addRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        promise.succeed(null);
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        promise.succeed(null);
    }

    // The rest is Hazelcast's.

    @Override
    public void init(Vertx vertx) {
        grid.init(vertx);
    }

    @Override
    public void nodeListener(NodeListener nodes) {
        grid.nodeListener(nodes);
    }

    @Override
    public void leave(Completable<Void> promise) {
        joined.future().onSuccess(member -> grid.leave(promise)).onFailure(none -> promise.succeed(null));
    }

    @Override
    public boolean isActive() {
        return grid.isActive();
    }

    @Override
    public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> promise) {
        grid.getAsyncMap(name, promise);
    }

    @Override
    public <K, V> Map<K, V> getSyncMap(String name) {
        return grid.getSyncMap(name);
    }

    @Override
    public void getLockWithTimeout(String name, long timeoutMs, Completable<Lock> promise) {
        grid.getLockWithTimeout(name, timeoutMs, promise);
    }

    @Override
    public void getCounter(String name, Completable<Counter> promise) {
        grid.getCounter(name, promise);
    }
}
