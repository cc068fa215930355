package io.sluice.queuegroups.machine;

/**
 * Messages that left the line of ready ones and are back, or wait for their key.
 *
 * @param deliveryCount deliveries so far, 0 if none
 * @param notBeforeMs machine time before which they are not given out
 */
record Waiting(Run run, int deliveryCount, long notBeforeMs) {
    long position() {
        return run.position();
    }

    Waiting after(int n) {
        return new Waiting(run.after(n), deliveryCount, notBeforeMs);
    }
}
