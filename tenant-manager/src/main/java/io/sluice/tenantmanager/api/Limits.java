package io.sluice.tenantmanager.api;

import org.jspecify.annotations.Nullable;

/**
 * A tenant's limits after its plan and its own settings were merged; null or -1 means unlimited.
 *
 * @param connections clients connected at once
 * @param messageBytes largest message
 * @param storageBytes message bytes held in all queues
 * @param unackedMessages messages checked out at once; reserved by the prefetch of its consumers
 * @param rejectOverRate a publish over a rate is rejected at once instead of paced
 */
public record Limits(
        @Nullable Rate publishMessages,
        @Nullable Rate publishBytes,
        @Nullable Rate deliverMessages,
        @Nullable Rate deliverBytes,
        long connections,
        long queues,
        long groups,
        long storageBytes,
        long messageBytes,
        long unackedMessages,
        boolean rejectOverRate) {

    /** @param perSecond tokens a second, at least 1 @param burst most tokens at once, at least 1 */
    public record Rate(long perSecond, long burst) {}
}
