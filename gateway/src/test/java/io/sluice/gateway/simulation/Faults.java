package io.sluice.gateway.simulation;

import java.util.List;

/** Draws faults and undoes each after a while. */
final class Faults {
    /** A gateway that is silent for less than this keeps its consumers. */
    private static final long HARMLESS_SILENCE_MS = 5_000;

    private final Cluster cluster;
    private final World world;
    private final List<Fault> faults;
    private boolean over;

    Faults(Cluster cluster, List<Fault> faults) {
        this.cluster = cluster;
        this.world = cluster.world;
        this.faults = faults.stream().sorted().toList();
    }

    void strike() {
        if (faults.isEmpty()) {
            return;
        }
        Fault fault = faults.get(world.random.nextInt(faults.size()));
        List<SimNode> nodes = cluster.nodes();
        SimNode node = nodes.get(world.random.nextInt(nodes.size()));
        SimNode other = nodes.get((nodes.indexOf(node) + 1 + world.random.nextInt(nodes.size() - 1)) % nodes.size());
        long ms = world.chance(0.7) ? 200 + world.random.nextInt(4_000) : 5_000 + world.random.nextInt(20_000);
        world.note(fault + " " + node.id + " " + other.id + " for " + ms + " ms");
        switch (fault) {
            case MOVE_LEADER ->
                cluster.rafts.get(world.random.nextInt(cluster.rafts.size())).moveLeader();
            case MOVE_GROUP -> cluster.control.move(1 + world.random.nextInt(2));
            case KILL -> kill(node, ms);
            case FREEZE -> freeze(node, ms);
            case CUT_PAIR -> cut(node, List.of(other), true, true, ms);
            case CUT_ONE_WAY -> {
                boolean out = world.chance(0.5);
                cut(node, others(node), out, !out, ms);
            }
            case ISOLATE -> cut(node, others(node), true, true, ms);
            case BUS_LOSS -> {
                cluster.network.busLoss = 0.02 + world.random.nextInt(30) / 100.0;
                later(ms, () -> cluster.network.busLoss = 0);
            }
            case BUS_REPEAT -> {
                cluster.network.busRepeat = 0.2;
                later(ms, () -> cluster.network.busRepeat = 0);
            }
            case DROP_CLIENT ->
                cluster.clients()
                        .get(world.random.nextInt(cluster.clients().size()))
                        .drop();
            case CLOCK -> node.clockErrorMs = world.random.nextInt(120_000) - 60_000L;
        }
    }

    private List<SimNode> others(SimNode node) {
        return cluster.nodes().stream().filter(each -> each != node).toList();
    }

    private void later(long ms, Runnable undo) {
        world.after(ms * World.MILLI_NS, () -> {
            if (!over) {
                undo.run();
            }
        });
    }

    private void kill(SimNode node, long ms) {
        if (node.process().alive()) {
            cluster.holdersAt(node).forEach(cluster::disconnected);
            node.kill();
            later(ms, () -> restart(node));
        }
    }

    private static void restart(SimNode node) {
        if (!node.process().alive()) {
            node.start();
        }
    }

    private void freeze(SimNode node, long ms) {
        Process frozen = node.process();
        if (frozen.runs()) {
            frozen.freeze();
            disturbIfLong(node, ms);
            later(ms, frozen::thaw);
        }
    }

    private void cut(SimNode node, List<SimNode> from, boolean out, boolean in, long ms) {
        disturbIfLong(node, ms);
        from.forEach(other -> disturbIfLong(other, ms));
        from.forEach(other -> cut(node.id, other.id, out, in));
        later(
                ms,
                () -> from.forEach(other -> {
                    cluster.network.heal(node.id, other.id);
                    cluster.network.heal(other.id, node.id);
                }));
    }

    private void cut(String node, String other, boolean out, boolean in) {
        if (out) {
            cluster.network.cut(node, other);
        }
        if (in) {
            cluster.network.cut(other, node);
        }
    }

    private void disturbIfLong(SimNode node, long ms) {
        if (ms >= HARMLESS_SILENCE_MS) {
            cluster.disturb(node);
        }
    }

    void heal() {
        over = true;
        cluster.network.heal();
        for (SimNode node : cluster.nodes()) {
            node.clockErrorMs = 0;
            if (node.process().alive()) {
                node.process().thaw();
            } else {
                node.start();
            }
        }
    }
}
