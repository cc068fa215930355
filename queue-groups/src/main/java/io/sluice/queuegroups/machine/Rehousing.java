package io.sluice.queuegroups.machine;

import java.util.function.Consumer;

/** Lets the runs of a group that arrived refer to where its messages are in this shard's log: both stand in the same order. Use once. */
final class Rehousing implements RunDeque.Rewriter {
    private final Arrival arrival;
    private final Ledger ledger;

    /** @param ledger of the group, which holds the runs as they were */
    Rehousing(Arrival arrival, Ledger ledger) {
        this.arrival = arrival;
        this.ledger = ledger;
    }

    @Override
    public void rewrite(Run run, Consumer<Run> replacement) {
        Run rest = run;
        while (rest != null) {
            Run next = arrival.runs().peek();
            if (next == null) {
                throw new IllegalStateException("fewer messages arrived than the group has");
            }
            int count = Math.min(rest.count(), next.count());
            Run place = arrival.runs().take(count);
            Run housed = rest.first(count).storedAt(place.index(), place.ordinal());
            ledger.hold(housed);
            arrival.release(place);
            replacement.accept(housed);
            rest = count < rest.count() ? rest.after(count) : null;
        }
        ledger.release(run);
    }
}
