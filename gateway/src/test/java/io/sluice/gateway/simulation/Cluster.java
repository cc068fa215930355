package io.sluice.gateway.simulation;

import io.sluice.gateway.simulation.History.Holder;
import io.sluice.gateway.testkit.FakeTenants;
import io.sluice.gateway.testkit.TestSettings;
import io.sluice.protocol.GroupForm;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Three nodes, clients of two tenants, and what is done to them. */
final class Cluster {
    private static final List<String> TENANTS = List.of("acme", "beta");
    private static final long DRAIN_MS = 180_000;

    final World world;
    final Network network;
    final SimBus bus;
    /** Of the shard in which the groups are at first. */
    final SimRaft raft;

    final List<SimRaft> rafts = new ArrayList<>();
    final SimControl control;
    final History history;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimProducer> producers = new ArrayList<>();
    private final List<SimConsumer> consumers = new ArrayList<>();
    /** Whether a consumer that comes back soon must find what it held: not where clocks jump, or nodes are cut off. */
    boolean graceHolds;

    /** How long leaders leave consumers of a gateway that is gone. */
    long lostGatewayGraceMs = TestSettings.plain().resumeGraceMs();

    private boolean defined;

    Cluster(long seed, Path folder) {
        world = new World(seed);
        network = new Network(world);
        bus = new SimBus(world, network);
        for (int shard = 0; shard < SimNode.SHARDS; shard++) {
            rafts.add(new SimRaft(world, network, new Snapshots(world, folder.resolve("shard-" + shard))));
        }
        raft = rafts.get(0);
        control = new SimControl(this);
        history = new History(world);
        for (SimRaft each : rafts) {
            SimNode.IDS.forEach(id -> each.replicas.put(id, new SimReplica(each, id)));
            each.restart = this::restart;
        }
        SimNode.IDS.forEach(id -> nodes.add(new SimNode(this, id)));
    }

    private void restart(String id) {
        SimNode node = nodes.get(SimNode.IDS.indexOf(id));
        disturb(node);
        node.kill();
        world.after(100 * World.MILLI_NS, () -> {
            if (!node.process().alive()) {
                node.start();
            }
        });
    }

    List<SimNode> nodes() {
        return nodes;
    }

    List<SimConsumer> consumers() {
        return consumers;
    }

    /** A node that clients find open: any but the one that let them down, if there is another. */
    SimNode someNode(String not) {
        List<SimNode> open = nodes.stream()
                .filter(node -> node.loop() != null && node.process().runs())
                .toList();
        List<SimNode> others =
                open.stream().filter(node -> !node.id.equals(not)).toList();
        boolean elsewhere = open.isEmpty() || !others.isEmpty() && world.chance(0.4);
        List<SimNode> choice = elsewhere ? others : open;
        return choice.isEmpty() ? null : choice.get(world.random.nextInt(choice.size()));
    }

    /** Forms the cluster and lets clients in. */
    void begin() {
        nodes.forEach(SimNode::start);
        world.runFor(5_000);
        define();
        if (!defined) {
            world.violation("the queues could not be defined");
        }
        int producer = 0;
        for (String tenant : TENANTS) {
            for (String queue : List.of("created", "paid")) {
                producers.add(new SimProducer(this, tenant, "p" + producer++, queue));
                consumers.add(new SimConsumer(this, tenant, queue, 0.02));
                consumers.add(new SimConsumer(this, tenant, queue, 0));
            }
        }
    }

    private void define() {
        List<ShardCommand> commands = new ArrayList<>();
        for (long tenant = 1; tenant <= 2; tenant++) {
            long group = FakeTenants.GROUP + 10 * tenant;
            commands.add(Commands.defineGroup(tenant, group, 1, GroupForm.WORK, "t" + tenant, "orders"));
            commands.add(Commands.defineQueue(
                    tenant, group, 2, 10 * tenant + FakeTenants.CREATED, "created", options(true), 0));
            commands.add(
                    Commands.defineQueue(tenant, group, 3, 10 * tenant + FakeTenants.PAID, "paid", options(false), 0));
        }
        define(commands, 0);
        world.runFor(10_000);
    }

    private void define(List<ShardCommand> commands, int next) {
        if (next == commands.size()) {
            defined = true;
        } else {
            nodes.get(0).groups().router().define(0, commands.get(next)).onSuccess(done -> define(commands, next + 1));
        }
    }

    private static QueueOptions options(boolean orderByKey) {
        return new QueueOptions(0, 0, OverflowPolicy.REJECT, 1_000_000, "", 0, orderByKey, 0, 60_000);
    }

    /** Lets faults happen for a while. */
    void suffer(Set<Fault> faults, long ms) {
        Faults hand = new Faults(this, List.copyOf(faults));
        long untilNs = world.nowNs() + ms * World.MILLI_NS;
        while (world.nowNs() < untilNs) {
            world.runFor(200 + world.random.nextInt(5_000));
            hand.strike();
        }
        hand.heal();
    }

    void runQuietly(long ms) {
        world.runFor(ms);
    }

    /** Nothing is wrong any more: everything that was promised must come about now. */
    void settle() {
        world.note("healed");
        world.runFor(10_000);
        producers.forEach(SimProducer::stop);
        for (long waitedMs = 0; waitedMs < DRAIN_MS && !done(); waitedMs += 1_000) {
            world.runFor(1_000);
        }
        history.judgeEnd();
        if (control.isBusy()) {
            world.violation("a move of a group never ends: " + control.last());
        }
        for (SimProducer producer : producers) {
            if (producer.openCount() > 0) {
                world.violation(producer.openCount() + " publishes without an outcome");
            }
        }
        if (history.confirmedCount() == 0) {
            world.violation("nothing was ever confirmed");
        }
    }

    private boolean done() {
        return history.drained()
                && !control.isBusy()
                && producers.stream().allMatch(producer -> producer.openCount() == 0);
    }

    List<SimClient> clients() {
        List<SimClient> clients = new ArrayList<>();
        producers.forEach(producer -> clients.add(producer.client()));
        consumers.forEach(consumer -> clients.add(consumer.client()));
        return clients;
    }

    /** What consumers of this node hold may go to others. */
    void disturb(SimNode node) {
        holdersAt(node).forEach(Holder::disturb);
    }

    List<Holder> holdersAt(SimNode node) {
        return consumers.stream()
                .filter(consumer -> consumer.client().node().equals(node.id))
                .map(SimConsumer::holder)
                .toList();
    }

    /** Its connection, or the node that it was on, is gone. */
    void disconnected(Holder holder) {
        if (graceHolds) {
            holder.away();
        } else {
            holder.disturb();
        }
    }
}
