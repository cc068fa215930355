package io.sluice.queuegroups.machine;

/** The way to the dead-letter queues of a group. */
@FunctionalInterface
interface DeadLetters {
    /** @return how many of the first messages that queue took; 0 where there is none */
    int accept(long queueId, Run run);
}
