package io.sluice.queuegroups.machine;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** Messages of purged and deleted queues: gone for everybody, but their storage is given back in bounded steps. */
final class Graveyard {
    private final Ledger ledger;
    private final ArrayDeque<RunDeque> graves = new ArrayDeque<>(2);

    Graveyard(Ledger ledger) {
        this.ledger = ledger;
    }

    boolean isEmpty() {
        return graves.isEmpty();
    }

    void bury(RunDeque runs) {
        if (!runs.isEmpty()) {
            graves.addLast(runs);
        }
    }

    void step(WorkBudget budget) {
        RunDeque grave = graves.peekFirst();
        while (grave != null && budget.take(1)) {
            Run run = grave.peek();
            if (run != null) {
                ledger.release(grave.take(run.count()));
            }
            if (grave.isEmpty()) {
                graves.pollFirst();
                grave = graves.peekFirst();
            }
        }
    }

    void forEach(Consumer<Run> visitor) {
        graves.forEach(grave -> grave.forEach(visitor));
    }

    void write(StateWriter out) {
        out.varint(graves.size());
        graves.forEach(grave -> grave.write(out));
    }

    void read(StateReader in) {
        for (int left = in.count(); left > 0; left--) {
            RunDeque grave = RunDeque.read(in);
            grave.forEach(ledger::hold);
            graves.addLast(grave);
        }
    }
}
