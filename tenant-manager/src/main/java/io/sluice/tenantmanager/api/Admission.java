package io.sluice.tenantmanager.api;

/** Decides on this node, from local memory, what a tenant may do now. Never blocks; safe for any thread. */
public interface Admission {
    /** The tenant's gate; the same object as long as the tenant exists. Limits may change under it at any time. */
    TenantGate gate(long tenantId);

    /** Told about once a second by the queue groups, for each shard that leads on this node: replaces what was known of that shard. */
    void reportUsage(ShardUsage usage);

    /** One tenant's limits, with what is used of them in the whole cluster, as far as this node knows. */
    interface TenantGate {
        /** Takes a connection; {@link #disconnected} gives it back. */
        Verdict connect();

        void disconnected();

        /** Quotas only (message size, storage, suspension): must a publish be refused whatever the rate? {@code largestBytes} is the largest message. */
        Verdict checkPublish(int messages, long bytes, int largestBytes);

        /**
         * Takes the tokens of a publish, going into debt if need be, and answers how long the tenant must pause before its next one. With
         * {@code reject} (or the tenant's own setting) nothing is taken when tokens are short, and the verdict is a {@code THROTTLED} refusal with the wait.
         */
        Verdict takePublish(int messages, long bytes, boolean reject);

        /** Takes the tokens of a delivery, going into debt; the answer's wait is how long to hold the next one back. */
        Verdict takeDeliver(int messages, long bytes);

        /** Reserves a consumer's prefetch from the unacked quota; {@link #releaseUnacked} gives it back. */
        Verdict reserveUnacked(int prefetchCount);

        void releaseUnacked(int prefetchCount);
    }
}
