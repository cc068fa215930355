package io.sluice.queuegroups.machine;

/** Invariants that a machine verifies about itself. */
final class Check {
    private Check() {}

    static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    static void same(long expected, long actual, String what) {
        if (expected != actual) {
            throw new IllegalStateException(what + ": " + actual + ", but " + expected + " by recount");
        }
    }
}
