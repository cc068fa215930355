package io.sluice.tenantmanager.admission;

import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.spi.TokenSource;
import io.sluice.tenantmanager.spi.TokenSource.TokenBucket;
import org.jspecify.annotations.Nullable;

/** The limits in force for one tenant and the buckets of those that are rates. Immutable: a change of limits makes another that keeps the buckets. */
record Buckets(
        Limits limits,
        boolean suspended,
        @Nullable TokenBucket publishMessages,
        @Nullable TokenBucket publishBytes,
        @Nullable TokenBucket deliverMessages,
        @Nullable TokenBucket deliverBytes) {
    static final String PUBLISH_MESSAGES = "publish.messagesPerSecond";
    static final String PUBLISH_BYTES = "publish.bytesPerSecond";
    static final String DELIVER_MESSAGES = "deliver.messagesPerSecond";
    static final String DELIVER_BYTES = "deliver.bytesPerSecond";

    static Buckets open(TokenSource source, long tenantId, Limits limits, boolean suspended, @Nullable Buckets before) {
        return new Buckets(
                limits,
                suspended,
                bucket(
                        source,
                        tenantId,
                        PUBLISH_MESSAGES,
                        limits.publishMessages(),
                        before == null ? null : before.limits.publishMessages(),
                        before == null ? null : before.publishMessages),
                bucket(
                        source,
                        tenantId,
                        PUBLISH_BYTES,
                        limits.publishBytes(),
                        before == null ? null : before.limits.publishBytes(),
                        before == null ? null : before.publishBytes),
                bucket(
                        source,
                        tenantId,
                        DELIVER_MESSAGES,
                        limits.deliverMessages(),
                        before == null ? null : before.limits.deliverMessages(),
                        before == null ? null : before.deliverMessages),
                bucket(
                        source,
                        tenantId,
                        DELIVER_BYTES,
                        limits.deliverBytes(),
                        before == null ? null : before.limits.deliverBytes(),
                        before == null ? null : before.deliverBytes));
    }

    private static @Nullable TokenBucket bucket(
            TokenSource source,
            long tenantId,
            String limit,
            Limits.@Nullable Rate rate,
            Limits.@Nullable Rate oldRate,
            @Nullable TokenBucket old) {
        if (rate == null) {
            if (old != null) {
                old.close();
            }
            return null;
        }
        if (old == null) {
            return source.open(tenantId, limit, rate);
        }
        if (!rate.equals(oldRate)) {
            old.configure(rate);
        }
        return old;
    }

    void close() {
        for (TokenBucket bucket : new TokenBucket[] {publishMessages, publishBytes, deliverMessages, deliverBytes}) {
            if (bucket != null) {
                bucket.close();
            }
        }
    }
}
