package io.sluice.gateway.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What lies between nodes: delays, cuts in one direction or both, losses, repetitions. In order between two nodes, as over one connection. */
final class Network {
    private final World world;
    private final Map<String, Long> arrivalNs = new HashMap<>();
    private final Set<String> cuts = new HashSet<>();
    double busLoss;
    double busRepeat;

    Network(World world) {
        this.world = world;
    }

    void cut(String from, String to) {
        cuts.add(from + ">" + to);
    }

    void heal() {
        cuts.clear();
        busLoss = 0;
        busRepeat = 0;
    }

    void heal(String from, String to) {
        cuts.remove(from + ">" + to);
    }

    boolean connects(String from, String to) {
        return from.equals(to) || !cuts.contains(from + ">" + to);
    }

    boolean bothWays(String a, String b) {
        return connects(a, b) && connects(b, a);
    }

    /** Calls {@code arrive} at the other side, unless what it carries is lost. */
    void carry(String kind, String from, String to, Runnable arrive) {
        if (connects(from, to)) {
            String way = kind + from + ">" + to;
            long atNs = world.nowNs() + (from.equals(to) ? world.drawNs(1, 20) : world.drawNs(80, 1500));
            long inOrderNs = Math.max(atNs, arrivalNs.getOrDefault(way, 0L) + 1);
            arrivalNs.put(way, inOrderNs);
            world.after(inOrderNs - world.nowNs(), () -> {
                if (connects(from, to)) {
                    arrive.run();
                }
            });
        }
    }

    boolean losesOnBus(String from, String to) {
        return !from.equals(to) && world.chance(busLoss);
    }

    boolean repeatsOnBus(String from, String to) {
        return !from.equals(to) && world.chance(busRepeat);
    }
}
