package io.sluice.gateway.simulation;

import io.sluice.config.LogSettings;
import io.sluice.config.SluiceConfig.GroupSettings;
import io.sluice.gateway.session.ConnectionLimits;
import io.sluice.gateway.session.Crowd;
import io.sluice.gateway.session.GatewayMeters;
import io.sluice.gateway.session.Loop;
import io.sluice.gateway.session.NodeServices;
import io.sluice.gateway.session.ResumeTokens;
import io.sluice.gateway.session.Timers;
import io.sluice.gateway.testkit.FakeTenants;
import io.sluice.gateway.testkit.TestSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.Placement;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.queuegroups.api.QueueGroupsEnvironment;
import io.sluice.queuegroups.api.TenantLookup;
import io.sluice.tenantmanager.api.TenantChange;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One node: its replica of the shard and its gateway loop, as often as it is started. */
final class SimNode {
    static final List<String> IDS = List.of("n1", "n2", "n3");
    static final int SHARDS = 2;
    private static final LogSettings LOG =
            new LogSettings(1, 8 << 20, 2, 2 << 20, 256 << 10, 2, 8 << 20, 16L << 20, 30, 32 << 20, 1 << 20);
    private static final GroupSettings GROUPS = new GroupSettings(16 << 20, 0, 1000, 3_600_000, 10_000);

    final String id;
    private final Cluster cluster;
    private final int number;
    private final FakeTenants tenants = new FakeTenants().add(1, "acme").add(2, "beta");
    private Process process;
    private Loop loop;
    private QueueGroups groups;
    private SilentMeters meters = new SilentMeters();
    private int boot;
    /** What its wall clock is off by. */
    long clockErrorMs;

    SimNode(Cluster cluster, String id) {
        this.cluster = cluster;
        this.id = id;
        this.number = IDS.indexOf(id) + 1;
    }

    Process process() {
        return process;
    }

    /** Null until it serves. */
    Loop loop() {
        return loop;
    }

    /** Null until it serves. */
    QueueGroups groups() {
        return groups;
    }

    /** Log index at which its replica last compared its state. */
    double stateHashIndex() {
        return meters.gauge("sluice_shard_state_hash_index");
    }

    void start() {
        boot++;
        cluster.world.note(id + " starts, boot " + boot);
        Process started = new Process(cluster.world, id, boot);
        process = started;
        SilentMeters startedMeters = new SilentMeters();
        meters = startedMeters;
        SimVertx vertx = new SimVertx(started, cluster.bus.new End(started));
        QueueGroupsEnvironment env = new QueueGroupsEnvironment(
                vertx.vertx(),
                new Logs(started),
                LOG,
                GROUPS,
                startedMeters,
                new Names(),
                new NodeIdentity(id, number, boot),
                (log, cause) -> cluster.world.violation(id + " ends: " + cause),
                new Placement(Collections.nCopies(SHARDS, IDS)),
                new QueueGroupsEnvironment.Clocks(
                        () -> cluster.world.nowMs() + clockErrorMs, () -> cluster.world.nowNs() / World.MILLI_NS),
                cluster.lostGatewayGraceMs);
        started.after(
                0,
                () -> QueueGroups.start(env, (shard, tenantUses) -> {})
                        .onSuccess(ready -> serve(started, ready))
                        .onFailure(failure -> cluster.world.violation(id + " does not start: " + failure)));
    }

    private void serve(Process started, QueueGroups ready) {
        GatewayMeters gatewayMeters = new GatewayMeters(new SilentMeters());
        NodeServices services = new NodeServices(
                id,
                TestSettings.plain(),
                tenants,
                tenants,
                ready.router(),
                new ConnectionLimits(100, 100, gatewayMeters),
                new ResumeTokens(new Random(cluster.world.random.nextLong())),
                new Crowd(cluster.world::nowNs),
                gatewayMeters,
                () -> IDS,
                64 << 20);
        groups = ready;
        loop = new Loop(services, 0, new ProcessTimers(started), task -> started.after(0, task));
        cluster.world.note(id + " serves");
    }

    /** Learns where a tenant's group is now; who was frozen or down has only the newest word. */
    void learn(long tenantId) {
        TenantChange change = tenants.move(tenantId, cluster.control.shard(tenantId));
        Loop serving = loop;
        if (serving != null) {
            process.after(0, () -> serving.changed(change));
        }
    }

    void kill() {
        if (process.alive()) {
            cluster.world.note(id + " is killed");
            process.kill();
            cluster.bus.died(process);
            cluster.rafts.forEach(raft -> raft.replicas.get(id).stop());
            loop = null;
            groups = null;
        }
    }

    private final class Logs implements LogNode {
        private final Process opener;

        Logs(Process opener) {
            this.opener = opener;
        }

        @Override
        public ReplicatedLog open(String name, LogStateMachine machine) {
            int shard = Integer.parseInt(name.substring("shard-".length()));
            return cluster.rafts.get(shard).replicas.get(id).open(opener, machine);
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private final class ProcessTimers implements Timers {
        private final Process owner;

        ProcessTimers(Process owner) {
            this.owner = owner;
        }

        @Override
        public long nowNs() {
            return cluster.world.nowNs();
        }

        @Override
        public void after(long delayMs, Runnable task) {
            owner.after(Math.max(1, delayMs) * World.MILLI_NS, task);
        }
    }

    private static final class Names implements TenantLookup {
        @Override
        public int weight(long tenantId) {
            return 1;
        }

        @Override
        public String name(long tenantId) {
            return tenantId == 1 ? "acme" : "beta";
        }
    }
}
