package io.sluice.gateway.simulation;

import io.sluice.gateway.testkit.FakeTenants;
import io.sluice.queuegroups.api.MoveCommands;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.ShardCommand;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Stands in for the control shard, which never fails here: orders moves of groups, and has on record where they are; nodes learn of it sooner or later. */
final class SimControl {
    private static final long PATIENCE_NS = 15_000 * World.MILLI_NS;

    private final Cluster cluster;
    private final World world;
    /** By tenant. */
    private final int[] shards = new int[3];

    private final boolean[] moving = new boolean[3];
    private long lastMoveId = 1_000;
    private int moved;
    private String last = "";

    SimControl(Cluster cluster) {
        this.cluster = cluster;
        this.world = cluster.world;
    }

    private static long group(long tenant) {
        return FakeTenants.GROUP + 10 * tenant;
    }

    int shard(long tenant) {
        return shards[(int) tenant];
    }

    boolean isBusy() {
        return moving[1] || moving[2];
    }

    /** What was last said of a move. */
    String last() {
        return last;
    }

    int movedCount() {
        return moved;
    }

    /** Has a tenant's group go to the other shard, unless it is on its way. */
    void move(long tenant) {
        int from = shard(tenant);
        if (!moving[(int) tenant]) {
            moving[(int) tenant] = true;
            order(new MoveOrder(tenant, group(tenant), ++lastMoveId, 1 - from), from);
        }
    }

    private void order(MoveOrder order, int from) {
        ask(node -> node.groups().router().move(from, order), progress -> {
            last = order + ": " + progress;
            world.note("move " + last);
            switch (progress.state()) {
                case WORKING -> order(order, from);
                case ADOPTED -> adopted(order, from);
                case CALLED_OFF ->
                    define(
                            order,
                            order.toShard(),
                            MoveCommands.forgetImport(order.tenantId(), order.groupId(), order.moveId()));
            }
        });
    }

    private void adopted(MoveOrder order, int from) {
        moved++;
        shards[(int) order.tenantId()] = order.toShard();
        for (SimNode node : cluster.nodes()) {
            world.after(world.drawNs(100, 30_000), () -> node.learn(order.tenantId()));
        }
        define(order, from, MoveCommands.leaveGroup(order.tenantId(), order.groupId(), order.moveId()));
    }

    private void define(MoveOrder order, int shard, ShardCommand command) {
        ask(node -> node.groups().router().define(shard, command), done -> moving[(int) order.tenantId()] = false);
    }

    /** Asks through any node, again and again until one answers. */
    private <T> void ask(Function<SimNode, Future<T>> question, Consumer<T> then) {
        List<SimNode> open = cluster.nodes().stream()
                .filter(node -> node.groups() != null && node.process().runs())
                .toList();
        if (open.isEmpty()) {
            world.after(200 * World.MILLI_NS, () -> ask(question, then));
            return;
        }
        boolean[] over = new boolean[1];
        Consumer<Runnable> once = what -> {
            if (!over[0]) {
                over[0] = true;
                what.run();
            }
        };
        question.apply(open.get(world.random.nextInt(open.size())))
                .onComplete(answer -> once.accept(() -> {
                    if (answer.succeeded()) {
                        then.accept(answer.result());
                    } else {
                        world.after(100 * World.MILLI_NS, () -> ask(question, then));
                    }
                }));
        // The node may have died or stand still.
        world.after(PATIENCE_NS, () -> once.accept(() -> ask(question, then)));
    }
}
