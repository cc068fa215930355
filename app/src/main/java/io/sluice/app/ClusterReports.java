package io.sluice.app;

import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import io.sluice.log.api.LogMembership;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogStatus;
import io.sluice.log.api.MembershipException;
import io.sluice.log.api.MembershipException.Reason;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.queuegroups.api.QueueGroups.ShardStatus;
import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.spi.ClusterView;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster as the nodes tell each other about once a second: where each serves clients, what it leads, how far its replicas are. A hint for people and
 * clients: nothing durable depends on it. Safe for any thread.
 */
final class ClusterReports implements ClusterView, NodeCount, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterReports.class);
    private static final String ADDRESS = "cluster.reports@";
    private static final long EVERY_MS = 1_000;
    private static final long ALIVE_NS = 5_000_000_000L;
    private static final long LATELY_NS = 2_000_000_000L;
    private static final String CONTROL = "control";
    private static final String SHARD = "shard-";
    private static final LogConfiguration UNKNOWN = new LogConfiguration(List.of(), List.of());

    private final Vertx vertx;
    private final String self;
    private final Supplier<List<String>> nodeIds;
    private final long reserveBytes;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final MessageConsumer<JsonObject> consumer;
    private final long timer;
    private volatile Supplier<ClusterMap> map = () -> ClusterMap.EMPTY;
    private volatile @Nullable ReplicatedLog control;
    private volatile @Nullable LogNode logs;
    private volatile Map<String, LogConfiguration> members = Map.of();
    private volatile @Nullable QueueGroups groups;
    private volatile @Nullable Endpoints endpoints;
    private volatile boolean draining;
    private volatile boolean gridAnswers = true;

    private record Heard(NodeReport report, long atNs) {}

    /** @param nodeIds of all nodes @param reserveBytes free disk below which this node says that it is short of it */
    ClusterReports(Vertx vertx, String self, Supplier<List<String>> nodeIds, long reserveBytes) {
        this.nodeIds = nodeIds;
        this.reserveBytes = reserveBytes;
        this.vertx = vertx;
        this.self = self;
        this.consumer = vertx.eventBus().consumer(ADDRESS + self, this::received);
        this.timer = vertx.setPeriodic(EVERY_MS, tick -> {
            lookUpMembers();
            report();
            noticeSilence();
        });
    }

    /** The control shard is open. */
    void controls(LogNode node, ReplicatedLog log, Supplier<ClusterMap> formed) {
        map = formed;
        control = log;
        logs = node;
    }

    void holds(QueueGroups opened) {
        groups = opened;
    }

    /** The listeners are bound. */
    void serves(Endpoints bound) {
        endpoints = bound;
        report();
    }

    /** Clients should go elsewhere. */
    void drain() {
        draining = true;
        report();
    }

    /** Tells the operator once of each node that falls silent, and once of its return. */
    private void noticeSilence() {
        heard.forEach((node, last) -> {
            if (isFresh(last)) {
                if (silent.remove(node)) {
                    LOG.info("node {} is heard of again", node);
                }
            } else if (silent.add(node)) {
                LOG.warn("node {} was not heard of for {} s", node, ALIVE_NS / 1_000_000_000);
            }
        });
    }

    private void report() {
        NodeReport own = own();
        take(own);
        JsonObject report = own.toJson();
        for (String node : nodeIds.get()) {
            if (!node.equals(self)) {
                vertx.eventBus().send(ADDRESS + node, report);
            }
        }
    }

    private void lookUpMembers() {
        LogNode opened = logs;
        if (opened == null) {
            return;
        }
        // Consensus may keep whoever asks waiting: not on an event loop.
        vertx.<Map<String, LogConfiguration>>executeBlocking(() -> {
                    Map<String, LogConfiguration> led = new HashMap<>();
                    for (String name : names()) {
                        LogMembership membership = opened.membership(name);
                        LogConfiguration now = membership == null ? null : inForce(name, membership);
                        if (now != null) {
                            led.put(name, now);
                        }
                    }
                    return led;
                })
                .onSuccess(led -> members = led);
    }

    /** While a change is under way, what was in force before it; null where this node does not lead. */
    private @Nullable LogConfiguration inForce(String name, LogMembership membership) {
        try {
            return membership.configuration().toCompletableFuture().get(EVERY_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return e.getCause() instanceof MembershipException refused && refused.reason() == Reason.BUSY
                    ? members.get(name)
                    : null;
        } catch (TimeoutException e) {
            return members.get(name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of(CONTROL));
        for (int i = 0; i < map.get().replicas().size(); i++) {
            names.add(SHARD + i);
        }
        return names;
    }

    private NodeReport own() {
        List<NodeReport.Replica> replicas = new ArrayList<>();
        ReplicatedLog log = control;
        boolean diskShort = false;
        if (log != null) {
            LogStatus status = log.status();
            diskShort = status.freeDiskBytes() < reserveBytes;
            replicas.add(replica(CONTROL, log.leader(), log.isLeader(), status));
        }
        QueueGroups opened = groups;
        if (opened != null) {
            for (ShardStatus shard : opened.shards()) {
                replicas.add(replica(shard.name(), shard.leader(), shard.leadsHere(), shard.log()));
            }
        }
        Endpoints bound = endpoints;
        return bound == null || draining
                ? new NodeReport(self, "", "", "", diskShort, gridAnswers, replicas)
                : new NodeReport(self, bound.tcp(), bound.http(), bound.ws(), diskShort, gridAnswers, replicas);
    }

    private NodeReport.Replica replica(String name, String leader, boolean leads, LogStatus status) {
        LogConfiguration led = leads ? members.getOrDefault(name, UNKNOWN) : UNKNOWN;
        LogNode opened = logs;
        LogMembership membership = opened == null ? null : opened.membership(name);
        return new NodeReport.Replica(
                name,
                membership == null ? self : membership.self().toString(),
                leader,
                leads,
                status.appliedIndex(),
                status.lastIndex(),
                status.diskBytes(),
                led.voters().stream().map(LogMember::toString).toList(),
                led.learners().stream().map(LogMember::toString).toList());
    }

    private void received(Message<JsonObject> message) {
        NodeReport report = NodeReport.of(message.body());
        if (!report.node().equals(self)) {
            take(report);
        }
    }

    private void take(NodeReport report) {
        heard.put(report.node(), new Heard(report, System.nanoTime()));
        QueueGroups opened = groups;
        if (opened != null) {
            opened.diskHeard(report.node(), report.diskShort());
            for (NodeReport.Replica replica : report.replicas()) {
                if (replica.leads() && replica.name().startsWith(SHARD)) {
                    opened.leaderHeard(Integer.parseInt(replica.name().substring(SHARD.length())), report.node());
                }
            }
        }
    }

    @Override
    public int all() {
        int members = map.get().members().size();
        return members == 0 ? nodeIds.get().size() : members;
    }

    @Override
    public int heard() {
        return (int) heard.values().stream().filter(ClusterReports::isFresh).count();
    }

    @Override
    public int unanswered() {
        return (int) heard.values().stream()
                .filter(each -> isFresh(each) && !each.report().gridAnswers())
                .filter(each -> !each.report().node().equals(self))
                .count();
    }

    @Override
    public void tell(boolean answered) {
        gridAnswers = answered;
        report();
    }

    /** Whether a node that leads the control shard was heard of lately. */
    boolean hearsControlLeader() {
        return heard.values().stream()
                .anyMatch(each -> System.nanoTime() - each.atNs() < LATELY_NS && leadsControl(each.report()));
    }

    private static boolean leadsControl(NodeReport report) {
        NodeReport.Replica replica = report.replica(CONTROL);
        return replica != null && replica.leads();
    }

    /** {@code host:port} for the binary protocol on each node that serves, this one first; where none does, this one, which may come back. */
    List<String> clientAddresses() {
        List<String> addresses = new ArrayList<>();
        for (Node node : nodes()) {
            if (node.alive() && !node.tcp().isEmpty()) {
                addresses.add(node.id().equals(self) ? 0 : addresses.size(), node.tcp());
            }
        }
        Endpoints bound = endpoints;
        return addresses.isEmpty() && bound != null ? List.of(bound.tcp()) : addresses;
    }

    /** {@code host:port} for the binary protocol on every other node, as last heard: who hears of none can't say which of them are there. */
    List<String> otherClientAddresses() {
        return heard.values().stream()
                .map(Heard::report)
                .filter(report -> !report.node().equals(self) && !report.tcp().isEmpty())
                .map(NodeReport::tcp)
                .toList();
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        for (ClusterMap.Member member : map.get().members()) {
            Heard last = heard.get(member.id());
            nodes.add(
                    last == null
                            ? new Node(member.id(), "", "", "", false)
                            : new Node(
                                    member.id(),
                                    last.report().tcp(),
                                    last.report().http(),
                                    last.report().ws(),
                                    isFresh(last)));
        }
        return nodes;
    }

    private static boolean isFresh(Heard last) {
        return System.nanoTime() - last.atNs() < ALIVE_NS;
    }

    @Override
    public List<Shard> shards() {
        take(own());
        List<Shard> shards = new ArrayList<>();
        shards.add(shard(CONTROL));
        for (int i = 0; i < map.get().replicas().size(); i++) {
            shards.add(shard(SHARD + i));
        }
        return shards;
    }

    /** The data shards as the balance of leaders wants to know them. */
    List<BalanceRule.Shard> balance() {
        take(own());
        List<BalanceRule.Shard> shards = new ArrayList<>();
        List<List<String>> placed = map.get().replicas();
        for (int i = 0; i < placed.size(); i++) {
            shards.add(balance(SHARD + i, placed.get(i).get(0)));
        }
        return shards;
    }

    private BalanceRule.Shard balance(String name, String preferred) {
        Leader leading = leaderOf(name);
        Heard target = heard.get(preferred);
        NodeReport.Replica follower = target == null ? null : target.report().replica(name);
        if (leading == null || target == null || follower == null) {
            return new BalanceRule.Shard(name, leading == null ? "" : leading.node(), preferred, false, 0);
        }
        boolean serves = isFresh(target)
                && !target.report().tcp().isEmpty()
                && follower.leader().equals(leading.node());
        return new BalanceRule.Shard(
                name, leading.node(), preferred, serves, leading.replica().lastIndex() - follower.appliedIndex());
    }

    private Shard shard(String name) {
        Leader leading = leaderOf(name);
        List<Replica> replicas = new ArrayList<>();
        for (Heard each : heard.values()) {
            NodeReport.Replica replica = each.report().replica(name);
            if (replica != null) {
                long last = leading == null
                        ? replica.lastIndex()
                        : Math.max(leading.replica().lastIndex(), replica.lastIndex());
                String node = each.report().node();
                String role = leading == null ? "" : leading.replica().role(replica);
                replicas.add(new Replica(node, role, replica.appliedIndex(), last - replica.appliedIndex()));
            }
        }
        return leading == null
                ? new Shard(name, "", replicas, 0)
                : new Shard(name, leading.node(), replicas, leading.replica().diskBytes());
    }

    private record Leader(String node, NodeReport.Replica replica) {}

    /** The replica that says it leads; of several (one has not noticed yet that it is deposed) the one that is further. */
    private @Nullable Leader leaderOf(String name) {
        Leader leading = null;
        for (Heard each : heard.values()) {
            NodeReport.Replica replica = each.report().replica(name);
            if (replica == null || !replica.leads() || !isFresh(each)) {
                continue;
            }
            if (leading == null || replica.lastIndex() > leading.replica().lastIndex()) {
                leading = new Leader(each.report().node(), replica);
            }
        }
        return leading;
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        consumer.unregister();
    }
}
