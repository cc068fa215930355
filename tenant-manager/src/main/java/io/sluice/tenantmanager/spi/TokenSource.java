package io.sluice.tenantmanager.spi;

import io.sluice.tenantmanager.api.Limits;

/**
 * Where the token buckets of tenants come from: of this node alone, or leased from buckets of the whole cluster.
 *
 * <p>Obligations: every method answers from local memory and never blocks; safe for any thread.
 */
public interface TokenSource extends AutoCloseable {
    /** Opens the bucket of one rate limit of one tenant, full. */
    TokenBucket open(long tenantId, String limit, Limits.Rate rate);

    /** The clock that waits are measured by, in ns from an arbitrary origin. */
    long nowNs();

    @Override
    default void close() {}

    /** Tokens of one rate limit. */
    interface TokenBucket {
        /**
         * Takes the tokens whatever is left, going into debt if need be.
         *
         * @return ns until the debt is paid, 0 if there is none
         */
        long take(long tokens);

        /**
         * Tells without taking anything how long it would be, in ns, until that many could be taken without debt; 0 for now. More than the burst never fit: then it
         * tells when the bucket will be full.
         */
        long waitNs(long tokens);

        /** Changes rate and burst at once; what is left (or owed) is kept, up to the new burst. */
        void configure(Limits.Rate rate);

        /** Tokens left; negative while there is a debt. */
        long available();

        /** It is not used any more. */
        void close();
    }
}
