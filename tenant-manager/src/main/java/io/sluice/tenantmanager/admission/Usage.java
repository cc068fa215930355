package io.sluice.tenantmanager.admission;

import org.jspecify.annotations.Nullable;

/**
 * What a tenant uses of its limits in the whole cluster, other nodes as they reported last; storage and unacked as the shards reported them last. Tokens left are null where no limit is set and negative while
 * there is a debt.
 */
public record Usage(
        long connections,
        long storageBytes,
        long unackedMessages,
        long reservedUnacked,
        @Nullable Long publishMessagesLeft,
        @Nullable Long publishBytesLeft,
        @Nullable Long deliverMessagesLeft,
        @Nullable Long deliverBytesLeft) {
    /** Nothing used. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, null, null, null, null);
}
