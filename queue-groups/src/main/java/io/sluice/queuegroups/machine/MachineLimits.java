package io.sluice.queuegroups.machine;

/**
 * Bounds of the machine's state. Part of what every replica must agree on: all members run with the same values.
 *
 * @param maxProducersPerGroup remembered producers per group, at least 1
 * @param producerExpiryMs idle machine time after which a producer is forgotten
 * @param maxConsumersPerQueue consumers of one queue
 * @param maxLooseRunsPerQueue runs of one queue that are checked out, wait for redelivery or for their key; beyond it nothing fresh is given out
 * @param maxRejectedRangesPerProducer remembered ranges of rejected sequences
 * @param tickWorkCount units of work (runs released, expired or made ready) that one TICK does at most
 */
public record MachineLimits(
        int maxProducersPerGroup,
        long producerExpiryMs,
        int maxConsumersPerQueue,
        int maxLooseRunsPerQueue,
        int maxRejectedRangesPerProducer,
        int tickWorkCount) {
    public static final MachineLimits DEFAULT = new MachineLimits(10_000, 3_600_000, 10_000, 65_536, 64, 1_000);
}
