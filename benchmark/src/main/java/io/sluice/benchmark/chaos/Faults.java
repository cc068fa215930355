package io.sluice.benchmark.chaos;

import io.sluice.client.local.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/** Does to the cluster what a {@link Fault} says, and undoes it. Confined to one thread, but for companions. */
final class Faults {
    private static final int SETTLE_MS = 500;

    private final Ground ground;
    private final LocalCluster cluster;
    private final Admin admin;
    private final Judge judge;
    private final SplittableRandom random;
    private final int longestMs;
    private final Executor starters = task -> new Thread(task, "chaos-starter").start();
    private int changes;

    /** @param longestMs a fault lasts */
    Faults(Ground ground, Admin admin, Judge judge, SplittableRandom random, int longestMs) {
        this.ground = ground;
        this.cluster = ground.cluster();
        this.admin = admin;
        this.judge = judge;
        this.random = random;
        this.longestMs = longestMs;
    }

    /**
     * Returns when the fault is undone.
     *
     * @return to whom it was done, for people
     * @throws IOException when the cluster did not do its part, for example a node did not start again
     */
    String strike(Fault fault) throws IOException, InterruptedException {
        return switch (fault) {
            case KILL_NODE -> killed(anyNode());
            case KILL_LEADER -> killed(leader("shard-" + random.nextInt(2)));
            case KILL_CONTROL -> killed(leader("control"));
            case KILL_IN_TURN -> killedInTurn();
            case KILL_IN_MOVE -> killedInMove();
            case STOP_NODE -> stopped(anyNode());
            case ROLLING -> rolling();
            case FREEZE_NODE -> frozen(anyNode());
            case FREEZE_LEADER -> frozen(leader("shard-" + random.nextInt(2)));
            case KILL_MAJORITY -> majorityKilled();
            case FREEZE_MAJORITY -> majorityFrozen();
            case CUT_CLIENTS -> clientsCut();
            case REST -> changed();
            case CUT_BOTH -> cut(anyNode(), true, true);
            case CUT_OUT -> cut(anyNode(), true, false);
            case CUT_IN -> cut(anyNode(), false, true);
            case MOVE_GROUP -> moved();
            case REPLACE_NODE -> replaced(anyNode());
            case GROW -> grown();
            case DISK_LOW -> diskFilled(Ground.DISK_RESERVE_BYTES / 2);
            case DISK_FULL -> diskFilled(0);
        };
    }

    private int anyNode() {
        return random.nextInt(cluster.size());
    }

    private int leader(String log) throws IOException {
        int leader = admin.leader(log);
        return leader < 0 ? anyNode() : leader;
    }

    private int lasts(int leastMs) throws InterruptedException {
        int ms = leastMs >= longestMs ? longestMs : random.nextInt(leastMs, longestMs);
        Thread.sleep(ms);
        return ms;
    }

    private static String told(int node, int ms) {
        return "n" + (node + 1) + " for " + ms / 1_000 + " s";
    }

    private String killed(int node) throws IOException, InterruptedException {
        cluster.kill(node);
        int ms = lasts(1_000);
        cluster.start(node);
        return told(node, ms);
    }

    private String killedInTurn() throws IOException, InterruptedException {
        int first = anyNode();
        int second = (first + 1) % cluster.size();
        String told = killed(first);
        Thread.sleep(random.nextInt(2_000));
        return told + ", then " + killed(second);
    }

    private String stopped(int node) throws IOException, InterruptedException {
        stop(node);
        int ms = lasts(1_000);
        cluster.start(node);
        return told(node, ms);
    }

    private void stop(int node) throws IOException {
        int code = cluster.stop(node);
        if (code != 0) {
            throw new IOException("n" + (node + 1) + " was stopped in order and ended with " + code);
        }
    }

    private String rolling() throws IOException, InterruptedException {
        for (int node = 0; node < cluster.size(); node++) {
            stop(node);
            cluster.start(node);
            Thread.sleep(2_000);
        }
        return "all nodes";
    }

    private String frozen(int node) throws IOException, InterruptedException {
        cluster.freeze(node);
        int ms = lasts(3_000);
        cluster.thaw(node);
        return told(node, ms);
    }

    /** Nodes without which no shard has a majority of its replicas, from any node on. */
    private List<Integer> majority() throws IOException {
        List<Set<Integer>> shards = admin.replicas();
        int first = anyNode();
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < cluster.size(); i++) {
            int node = (first + i) % cluster.size();
            if (shards.stream().anyMatch(replicas -> replicas.contains(node) && hasMajority(replicas, chosen))) {
                chosen.add(node);
            }
        }
        return chosen;
    }

    private static boolean hasMajority(Set<Integer> replicas, List<Integer> gone) {
        return replicas.stream().filter(gone::contains).count() * 2 < replicas.size();
    }

    private static String told(List<Integer> nodes, int ms) {
        return nodes.stream().map(node -> "n" + (node + 1)).toList() + " for " + ms / 1_000 + " s";
    }

    private String majorityKilled() throws IOException, InterruptedException {
        List<Integer> nodes = majority();
        nodes.forEach(cluster::kill);
        judge.majorityIsGone();
        int ms = lasts(2_000);
        judge.majorityIsBack();
        startAll(nodes);
        return told(nodes, ms);
    }

    /** All at once: none serves before a majority is there. */
    private void startAll(List<Integer> nodes) throws IOException, InterruptedException {
        List<CompletableFuture<Void>> starting = nodes.stream()
                .map(node -> CompletableFuture.runAsync(() -> start(node), starters))
                .toList();
        try {
            CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    private void start(int node) {
        try {
            cluster.start(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String majorityFrozen() throws IOException, InterruptedException {
        List<Integer> nodes = majority();
        for (int node : nodes) {
            cluster.freeze(node);
        }
        // The signal is under way to some threads yet.
        Thread.sleep(SETTLE_MS);
        judge.majorityIsGone();
        int ms = lasts(3_000);
        judge.majorityIsBack();
        for (int node : nodes) {
            cluster.thaw(node);
        }
        return told(nodes, ms);
    }

    private String clientsCut() throws IOException {
        int node = anyNode();
        Commands.run("ss", "-K", "dst", cluster.tcp().get(node));
        return "n" + (node + 1);
    }

    private String changed() throws IOException {
        admin.change(Workload.TENANTS.get(changes % Workload.TENANTS.size()), changes++);
        return "limits and a queue";
    }

    private String cut(int node, boolean out, boolean in) throws IOException, InterruptedException {
        for (int other = 0; other < cluster.size(); other++) {
            if (other != node && out) {
                ground.network().cut(node, other);
            }
            if (other != node && in) {
                ground.network().cut(other, node);
            }
        }
        int ms = lasts(3_000);
        ground.network().heal();
        return told(node, ms);
    }

    private String anyTenant() {
        return Workload.TENANTS.get(random.nextInt(Workload.TENANTS.size()));
    }

    private String anyGroup() {
        return random.nextBoolean() ? Admin.PLAIN : Admin.KEYED;
    }

    private String killedInMove() throws IOException, InterruptedException {
        String tenant = anyTenant();
        String group = anyGroup();
        int from = admin.shard(tenant, group);
        boolean old = random.nextBoolean();
        int victim = leader("shard-" + (old ? from : 1 - from));
        starters.execute(() -> admin.order(tenant, group, 1 - from));
        admin.awaitMoving(tenant, group, 1 - from);
        String told = killed(victim);
        // What the kill called off is ordered again.
        admin.move(tenant, group, 1 - from);
        admin.move(tenant, group, from);
        return told + ", which led the " + (old ? "old" : "new") + " shard of " + group + " of " + tenant;
    }

    private String moved() throws IOException, InterruptedException {
        String tenant = anyTenant();
        String group = anyGroup();
        int from = admin.shard(tenant, group);
        admin.move(tenant, group, 1 - from);
        Thread.sleep(random.nextInt(2_000));
        admin.move(tenant, group, from);
        return group + " of " + tenant + " from shard " + from + " and back";
    }

    private String replaced(int node) throws IOException, InterruptedException {
        cluster.kill(node);
        int ms = lasts(1_000);
        cluster.wipe(node);
        cluster.start(node, List.of("--replace"));
        admin.awaitVotes(node);
        return told(node, ms) + ", without its folder";
    }

    private String grown() throws IOException, InterruptedException {
        int added = cluster.add(ground.spare());
        admin.addNode(added, ground.spare().host());
        cluster.start(added);
        admin.awaitSettled();
        int ms = lasts(1_000);
        admin.removeNode(added);
        cluster.removeLast();
        return told(added, ms) + " more";
    }

    private String diskFilled(long leftBytes) throws IOException, InterruptedException {
        int node = ground.diskNode();
        ground.disk().fill(leftBytes);
        int ms = lasts(3_000);
        ground.disk().free();
        // A node that could not write has ended, as it must.
        boolean ended = !cluster.node(node).alive();
        if (ended) {
            cluster.start(node);
        }
        return told(node, ms) + (ended ? ", which ended" : "");
    }
}
