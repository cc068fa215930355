package io.sluice.gateway.session;

/**
 * Looks after one asker: when what it asked of a shard stays without an answer, it is told to say it again, ever more rarely.
 *
 * <p>It counts the sweeps of {@link Overdue} instead of reading a clock, so that waiting costs the message path a flag. <em>Confined to:</em> one event loop.
 */
final class Watch {
    private static final int LONGEST_SWEEPS = 32;

    private final Overdue overdue;
    private final Asker asker;
    private final int firstSweeps;
    private int limit;
    private int quiet;
    private boolean moved;
    private boolean soon;
    private boolean registered;

    /** Who asks a shard for something. */
    interface Asker {
        /** To the group that it asks. */
        Route route();

        /** Whether anything is without an answer. */
        boolean waits();

        /** The answer is overdue. */
        void sayAgain();

        /** Another leader answers now, or another shard; what the one before was asked may be lost. */
        void leaderChanged();
    }

    /** @param firstSweeps sweeps without an answer after which it is first told */
    Watch(Overdue overdue, Asker asker, int firstSweeps) {
        this.overdue = overdue;
        this.asker = asker;
        this.firstSweeps = firstSweeps;
        this.limit = firstSweeps;
    }

    Asker asker() {
        return asker;
    }

    /** Something was asked. */
    void waiting() {
        if (!registered) {
            registered = true;
            moved = true;
            overdue.add(this);
        }
    }

    /** Something was answered. */
    void answered() {
        moved = true;
    }

    /** If the next answer does not follow at once, it is overdue. */
    void expectSoon() {
        soon = true;
    }

    /** Answers whether it is to be looked at again. */
    boolean sweep() {
        if (!asker.waits()) {
            registered = false;
            return false;
        }
        if (moved) {
            moved = false;
            quiet = 0;
            limit = soon ? 1 : firstSweeps;
            soon = false;
        } else if (++quiet >= limit) {
            quiet = 0;
            limit = Math.min(2 * limit, LONGEST_SWEEPS);
            asker.sayAgain();
        }
        return true;
    }
}
