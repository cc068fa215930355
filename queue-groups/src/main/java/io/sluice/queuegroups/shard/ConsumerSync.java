package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.machine.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the consumers that have messages checked out and do not move, so that their gateways can compare: a delivery or a settlement may have got lost.
 *
 * <p>A consumer that stays as it is is told of after one round, then two, four, eight, and every sixteenth: a slow one costs next to nothing.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class ConsumerSync {
    private static final int MOST_ROUNDS_APART = 16;

    private Map<Key, Seen> seen = new LinkedHashMap<>();

    private record Key(long origin, long sender) {}

    private static final class Seen {
        private final Held held;
        private int rounds = -1;

        Seen(Held held) {
            this.held = held;
        }
    }

    /** A consumer as the machine has it. */
    record Held(long origin, Effect.ConsumerState state) {}

    /** What the machine has now; those that are not named have nothing checked out. */
    void look(List<Held> all) {
        Map<Key, Seen> next = new LinkedHashMap<>();
        for (Held held : all) {
            Key key = new Key(held.origin(), held.state().sender());
            Seen before = seen.get(key);
            next.put(key, before != null && before.held.equals(held) ? before : new Seen(held));
        }
        seen = next;
    }

    /** Time passed; answers those to be told of. */
    List<Held> round() {
        List<Held> due = new ArrayList<>();
        for (Seen each : seen.values()) {
            each.rounds++;
            if (Integer.bitCount(each.rounds) == 1 || (each.rounds > 0 && each.rounds % MOST_ROUNDS_APART == 0)) {
                due.add(each.held);
            }
        }
        return due;
    }
}
