package io.sluice.tenantmanager.spi;

import io.sluice.tenantmanager.api.Limits;
import java.util.concurrent.CompletionStage;

/**
 * Token buckets that all nodes of the cluster share, kept in the grid.
 *
 * <p>Obligations: no method blocks; safe for any thread; a call is one hop, and its stage may complete late, never, or with a failure: the caller copes.
 */
public interface ClusterBuckets {
    /** The bucket of that key; made full with that rate by the first call where the grid has none. */
    ClusterBucket open(String key, Limits.Rate rate);

    /** Nodes in the same grid as this one, which is included, but for those that say that it does not answer them. */
    int gridNodes();

    /** Nodes that live, whichever way that is known, this one included: at least 1. */
    int liveNodes();

    /** Nodes that belong to the cluster, reachable or not: at least 1. A grid of no more than half of them is not the cluster's. */
    int allNodes();

    /** Lets the other nodes know whether the grid answers this one; they take it that it does until told otherwise. */
    void answers(boolean whether);

    /** One bucket. */
    interface ClusterBucket {
        /** Takes {@code debt} whatever is left, going into debt if need be, then up to {@code ahead} of what is there. Neither is negative. */
        CompletionStage<Balance> settle(long debt, long ahead);

        /** Puts tokens back, up to the burst. */
        CompletionStage<Void> giveBack(long tokens);

        /** Changes rate and burst; what is left or owed is kept, up to the new burst. */
        CompletionStage<Void> configure(Limits.Rate rate);
    }

    /** @param granted tokens taken ahead @param left tokens left after it; negative while there is a debt */
    record Balance(long granted, long left) {}
}
