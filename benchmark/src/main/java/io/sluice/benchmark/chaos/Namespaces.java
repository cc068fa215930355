package io.sluice.benchmark.chaos;

import io.sluice.client.local.LocalCluster.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace for each node, joined through this one, so that what goes from one node to another can be dropped without a sign.
 *
 * <p>Packets between nodes are routed here; a cut is a policy rule that sends those of one direction into a black hole. Only the devices made here forward.
 */
public final class Namespaces implements AutoCloseable {
    private static final int SUBNETS = 200;

    /** Names and addresses have it in them. It is taken by whoever made the first namespace of that name, which the system lets only one do. */
    private final int subnet;

    private final int count;
    private final List<String[]> cuts = new ArrayList<>();

    private Namespaces(int subnet, int count) {
        this.subnet = subnet;
        this.count = count;
    }

    /** @throws IOException saying why they can't be made here */
    public static Namespaces make(int count) throws IOException {
        Namespaces made = take(count);
        try {
            made.connect(0);
            for (int node = 1; node < count; node++) {
                Commands.run("ip", "netns", "add", made.name(node));
                made.connect(node);
            }
            made.cut(0, 1);
            made.heal();
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /** Takes a subnet that no other run on this machine has. */
    private static Namespaces take(int count) throws IOException {
        int first = Math.toIntExact(ProcessHandle.current().pid() % SUBNETS);
        for (int i = 0; i < SUBNETS; i++) {
            Namespaces free = new Namespaces((first + i) % SUBNETS, count);
            try {
                Commands.run("ip", "netns", "add", free.name(0));
                return free;
            } catch (IOException e) {
                if (!Files.exists(Path.of("/run/netns", free.name(0)))) {
                    throw e;
                }
            }
        }
        throw new IOException("all of sluice-0-n1 to sluice-" + (SUBNETS - 1) + "-n1 are there already: see ip netns");
    }

    private void connect(int node) throws IOException {
        String name = name(node);
        String near = near(node);
        Commands.run("ip", "link", "add", near, "type", "veth", "peer", "name", "eth0", "netns", name);
        Commands.run("ip", "addr", "add", gateway(node) + "/30", "dev", near);
        Commands.run("ip", "link", "set", near, "up");
        Commands.run("ip", "-n", name, "addr", "add", host(node) + "/30", "dev", "eth0");
        Commands.run("ip", "-n", name, "link", "set", "eth0", "up");
        Commands.run("ip", "-n", name, "link", "set", "lo", "up");
        Commands.run("ip", "-n", name, "route", "add", "default", "via", gateway(node));
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf/" + near + "/forwarding"), "1");
    }

    private String name(int node) {
        return "sluice-" + subnet + "-n" + (node + 1);
    }

    private String near(int node) {
        return "slu" + subnet + "n" + (node + 1);
    }

    private String gateway(int node) {
        return "10.213." + subnet + "." + (4 * node + 1);
    }

    private String host(int node) {
        return "10.213." + subnet + "." + (4 * node + 2);
    }

    public List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (int node = 0; node < count; node++) {
            places.add(new Place(host(node), List.of("ip", "netns", "exec", name(node))));
        }
        return places;
    }

    /** Drops what one node sends to another, until {@link #heal}. */
    void cut(int from, int to) throws IOException {
        drop("from", host(from), "to", host(to));
    }

    /** The same for connections to two of their TCP ports alone, whichever side made them. */
    public void cutPort(int from, int to, int fromPort, int toPort) throws IOException {
        drop("from", host(from), "to", host(to), "ipproto", "tcp", "dport", String.valueOf(toPort));
        drop("from", host(from), "to", host(to), "ipproto", "tcp", "sport", String.valueOf(fromPort));
    }

    private void drop(String... what) throws IOException {
        Commands.run(rule("add", what));
        cuts.add(rule("del", what));
    }

    private static String[] rule(String change, String... what) {
        List<String> words = new ArrayList<>(List.of("ip", "rule", change));
        words.addAll(List.of(what));
        words.add("blackhole");
        return words.toArray(String[]::new);
    }

    public void heal() throws IOException {
        List<String> problems = Commands.tryAll(cuts);
        cuts.clear();
        if (!problems.isEmpty()) {
            throw new IOException("cannot heal the network: " + problems);
        }
    }

    /** Removes what was made; a namespace takes its devices with it. */
    @Override
    public void close() {
        List<String[]> all = new ArrayList<>(cuts);
        cuts.clear();
        // The first namespace last: with it the others' names are free to be taken.
        for (int node = count - 1; node >= 0; node--) {
            all.add(new String[] {"ip", "link", "del", near(node)});
            all.add(new String[] {"ip", "netns", "del", name(node)});
        }
        // What was never made can't be removed: nothing to tell.
        List<String> unused = Commands.tryAll(all);
    }
}
