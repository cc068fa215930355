package io.sluice.gateway.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** The clock, the dice and everything that is going to happen. The same seed gives the same run. */
final class World {
    static final long MILLI_NS = 1_000_000;
    private static final int TRACE = 400;

    final Random random;
    final List<String> violations = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final PriorityQueue<Happening> happenings =
            new PriorityQueue<>(Comparator.comparingLong(Happening::atNs).thenComparingLong(Happening::number));
    private long nowNs = 1_000_000_000_000L;
    private long number;

    private record Happening(long atNs, long number, Runnable what) {}

    World(long seed) {
        random = new Random(seed);
    }

    long nowNs() {
        return nowNs;
    }

    /** Wall clock in ms. */
    long nowMs() {
        return 1_700_000_000_000L + nowNs / MILLI_NS;
    }

    void after(long delayNs, Runnable what) {
        happenings.add(new Happening(nowNs + Math.max(0, delayNs), number++, what));
    }

    void runFor(long ms) {
        long untilNs = nowNs + ms * MILLI_NS;
        for (Happening next = happenings.peek(); next != null && next.atNs <= untilNs; next = happenings.peek()) {
            happenings.poll();
            nowNs = Math.max(nowNs, next.atNs);
            next.what.run();
        }
        nowNs = untilNs;
    }

    /** A number of ns between two numbers of µs. */
    long drawNs(int least, int most) {
        return 1_000L * (least + random.nextInt(most - least + 1));
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    void note(String what) {
        trace.add(String.format("%10.3f %s", (nowNs - 1_000_000_000_000L) / 1e9, what));
        if (trace.size() > TRACE) {
            trace.remove(0);
        }
    }

    void violation(String what) {
        note("VIOLATION " + what);
        violations.add(what);
    }

    String trace() {
        return String.join("\n", trace);
    }
}
