package io.sluice.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which node to try next: where the last one sent us first, then all that are known in turn, seeds before what servers named. */
final class Endpoints {
    private final Deque<Endpoint> preferred = new ArrayDeque<>();
    private final List<Endpoint> seeds;
    private final List<Endpoint> known = new ArrayList<>();
    private int turn;

    Endpoints(List<String> seeds) {
        this.seeds = seeds.stream().map(Endpoint::parse).toList();
        known.addAll(this.seeds);
    }

    int count() {
        return known.size();
    }

    Endpoint next() {
        Endpoint named = preferred.poll();
        return named != null ? named : known.get(Math.floorMod(turn++, known.size()));
    }

    /** The next one that is not {@code current}, unless no other is known. */
    Endpoint nextBut(@Nullable Endpoint current) {
        Endpoint named = next();
        for (int i = 0; i < known.size() && named.equals(current); i++) {
            named = next();
        }
        return named;
    }

    /** Endpoints that a server named for everybody; those it does not name any more are forgotten, seeds excepted. */
    void learn(List<String> named) {
        known.clear();
        known.addAll(seeds);
        parsed(named).stream().filter(endpoint -> !known.contains(endpoint)).forEach(known::add);
    }

    /** Endpoints to try first, once. */
    void prefer(List<String> named) {
        preferred.clear();
        preferred.addAll(parsed(named));
    }

    private static List<Endpoint> parsed(List<String> named) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String text : named) {
            try {
                endpoints.add(Endpoint.parse(text));
            } catch (IllegalArgumentException e) {
                // A server's odd address is no reason to fail: the seeds remain.
                continue;
            }
        }
        return endpoints;
    }
}
