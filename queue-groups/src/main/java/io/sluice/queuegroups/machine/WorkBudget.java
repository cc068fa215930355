package io.sluice.queuegroups.machine;

/** What one TICK may still do. A step larger than the whole budget is allowed when it is the first. */
final class WorkBudget {
    private final int full;
    private int left;
    private boolean exhausted;

    WorkBudget(int units) {
        this.full = units;
        this.left = units;
    }

    /** Takes so many units, or returns false: then the step must wait for another tick. */
    boolean take(int units) {
        if (exhausted || units > left && left < full) {
            exhausted = true;
            return false;
        }
        left -= Math.min(left, units);
        return true;
    }

    /** Whether a step was refused: work is left. */
    boolean exhausted() {
        return exhausted;
    }
}
