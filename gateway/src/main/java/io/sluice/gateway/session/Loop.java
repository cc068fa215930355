package io.sluice.gateway.session;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.sluice.gateway.spi.ClientConnection;
import io.sluice.gateway.spi.ClientLink;
import io.sluice.gateway.spi.ConnectionAcceptor;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.MessageValidator;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.GoAway;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardRouter.ShardPort;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.TenantChange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that one event loop's connections share: its port to the shards, its tenants, its timers.
 *
 * <p><em>Confined to:</em> the event loop, {@link #execute} excepted.
 */
public final class Loop implements ConnectionAcceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final NodeServices node;
    private final Timers timers;
    private final Executor executor;
    private final Turn turn;
    private final Senders senders;
    private final TenantFlows flows;
    private final Budget publishBudget;
    private final MessageValidator validator;
    private final ShardPort port;
    private final Overdue overdue = new Overdue();
    private final RollCall rollCall;
    private final Routes routes;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final long checkEveryMs;
    private @Nullable GoAway draining;
    private @Nullable GoAway isolation;
    private boolean stopped;

    /**
     * Call it on the loop.
     *
     * @param index of the loop on this node
     * @param executor runs a task on this loop, after what it does now
     */
    public Loop(NodeServices node, int index, Timers timers, Executor executor) {
        GatewaySettings settings = node.settings();
        this.node = node;
        this.timers = timers;
        this.executor = executor;
        this.turn = new Turn(executor);
        this.senders = new Senders(node.tokens()::randomNumber);
        this.flows = new TenantFlows(node.admission(), node.meters(), timers, settings.maxInFlightBytesPerTenant());
        this.publishBudget = new Budget(node.publishBytesPerLoop());
        this.validator = new MessageValidator(settings.maxFrameBytes());
        this.port = node.router().open(index, this::dispatch);
        this.rollCall = new RollCall(port::ask);
        this.routes = new Routes(node.directory(), overdue);
        int shortestMs = Math.min(
                Math.min(settings.connectTimeoutMs(), settings.writeStallTimeoutMs()),
                Math.min(settings.heartbeatMs(), 4000));
        this.checkEveryMs = Math.max(1, shortestMs / 4);
        timers.after(checkEveryMs, this::check);
        timers.after(Overdue.SWEEP_MS, this::sweep);
    }

    private void dispatch(List<ShardEvent> events) {
        if (events.size() == 1 && events.get(0) instanceof ShardEvent.LeaderChanged changed) {
            overdue.leaderChanged(changed.shard());
        } else if (events.size() == 1 && events.get(0) instanceof ShardEvent.ContactRegained regained) {
            overdue.leaderChanged(regained.shard());
            rollCall.callAll(regained.shard());
        } else {
            senders.dispatch(events);
        }
    }

    private void sweep() {
        timers.after(Overdue.SWEEP_MS, this::sweep);
        overdue.sweep();
        rollCall.sweep(port.shards());
    }

    @Override
    public @Nullable ClientConnection accept(ClientLink link) {
        String host = link.remoteHost();
        String limit = node.limits().enter(host);
        if (!limit.isEmpty()) {
            node.meters().refusedConnections.add(1);
            link.send(new Failure(0, ErrorCode.QUOTA_EXCEEDED, limit));
            link.close();
            return null;
        }
        Connection connection = new Connection(this, link);
        connections.add(connection);
        if (draining != null) {
            connection.dismiss(draining);
        }
        return connection;
    }

    private void check() {
        if (!stopped) {
            timers.after(checkEveryMs, this::check);
        }
        long nowNs = timers.nowNs();
        for (Connection connection : List.copyOf(connections)) {
            check(connection, nowNs);
        }
    }

    /** A bug in the service of one connection must not reach the others. */
    private static void check(Connection connection, long nowNs) {
        try {
            connection.check(nowNs);
        } catch (RuntimeException e) {
            LOG.error("a connection could not be looked after", e);
        }
    }

    Crowd crowd() {
        return node.crowd();
    }

    /** What the directory says of a tenant. */
    public void changed(TenantChange change) {
        routes.changed(change);
        flows.changed(change);
    }

    /** Asks every client to go elsewhere; new ones are sent away. */
    public void drain(GoAway reason) {
        draining = reason;
        List.copyOf(connections).forEach(connection -> connection.announce(reason));
    }

    /**
     * This node reaches no leader: asks every client to try elsewhere, and takes no new ones. Those that find no other node stay.
     *
     * @param reason null when it reaches leaders again
     */
    public void isolate(@Nullable GoAway reason) {
        isolation = reason;
        if (reason != null) {
            List.copyOf(connections).forEach(connection -> connection.advise(reason));
        }
    }

    @Nullable
    GoAway isolation() {
        return isolation;
    }

    /** Ends what is left. */
    public void stop(GoAway reason) {
        stopped = true;
        List.copyOf(connections).forEach(connection -> connection.dismiss(reason));
    }

    public int connectionCount() {
        return connections.size();
    }

    void forget(Connection connection) {
        connections.remove(connection);
    }

    /** Runs a task on this loop; any thread may call it. */
    public void execute(Runnable task) {
        executor.execute(task);
    }

    void send(int shard, ShardCommand command) {
        port.send(shard, command);
    }

    void ask(int shard, ConsumerAsk ask) {
        port.ask(shard, List.of(ask));
    }

    Routes routes() {
        return routes;
    }

    Overdue overdue() {
        return overdue;
    }

    RollCall rollCall() {
        return rollCall;
    }

    Origin origin() {
        return port.origin();
    }

    public Turn turn() {
        return turn;
    }

    public Timers timers() {
        return timers;
    }

    Senders senders() {
        return senders;
    }

    TenantFlows flows() {
        return flows;
    }

    Budget publishBudget() {
        return publishBudget;
    }

    MessageValidator validator() {
        return validator;
    }

    public GatewaySettings settings() {
        return node.settings();
    }

    Directory directory() {
        return node.directory();
    }

    Admission admission() {
        return node.admission();
    }

    ConnectionLimits limits() {
        return node.limits();
    }

    ResumeTokens tokens() {
        return node.tokens();
    }

    GatewayMeters meters() {
        return node.meters();
    }

    String node() {
        return node.node();
    }

    List<String> endpoints() {
        return node.endpoints().get();
    }
}
