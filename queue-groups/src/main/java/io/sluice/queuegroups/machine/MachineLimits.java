package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;

/**
 * Bounds of the machine's state. Every replica must decide by the same ones, so they are state themselves: what a node is configured with is only what it proposes
 * while it leads ({@code SET_LIMITS}).
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

    /** The command that puts them in force. */
    public ShardCommand command() {
        return Commands.setLimits(
                maxProducersPerGroup,
                producerExpiryMs,
                maxConsumersPerQueue,
                maxLooseRunsPerQueue,
                maxRejectedRangesPerProducer,
                tickWorkCount);
    }

    static MachineLimits read(CommandReader command) {
        MachineLimits limits = new MachineLimits(
                command.i32(), command.i64(), command.i32(), command.i32(), command.i32(), command.i32());
        command.end();
        if (!limits.sound()) {
            throw new MalformedCommandException("a limit below 1: " + limits);
        }
        return limits;
    }

    static MachineLimits read(StateReader in) {
        MachineLimits limits = new MachineLimits(in.i32(), in.i64(), in.i32(), in.i32(), in.i32(), in.i32());
        if (!limits.sound()) {
            throw new IllegalArgumentException("a limit below 1 in a snapshot: " + limits);
        }
        return limits;
    }

    void write(StateWriter out) {
        out.i32(maxProducersPerGroup);
        out.i64(producerExpiryMs);
        out.i32(maxConsumersPerQueue);
        out.i32(maxLooseRunsPerQueue);
        out.i32(maxRejectedRangesPerProducer);
        out.i32(tickWorkCount);
    }

    private boolean sound() {
        return maxProducersPerGroup > 0
                && producerExpiryMs > 0
                && maxConsumersPerQueue > 0
                && maxLooseRunsPerQueue > 0
                && maxRejectedRangesPerProducer > 0
                && tickWorkCount > 0;
    }
}
