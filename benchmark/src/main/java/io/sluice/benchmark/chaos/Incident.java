package io.sluice.benchmark.chaos;

/**
 * A fault that was made and healed.
 *
 * @param target to whom, for people
 * @param fromUs when it began; what happened before the next one belongs to it
 * @param confirmed messages, from its beginning until the next one
 * @param doubled deliveries under a count that was seen before
 * @param gapUs longest time in which no producer had a confirm
 * @param producerGapUs longest time in which some producer had none
 */
record Incident(
        Fault fault,
        String target,
        long fromUs,
        long confirmed,
        long refused,
        long doubled,
        long gapUs,
        long producerGapUs) {}
