package io.sluice.tenantmanager.admission;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.spi.TokenSource;
import java.time.Duration;

/**
 * Buckets in this node's memory, by Bucket4j: each node grants the whole rate.
 *
 * <p>Lock-free; a take costs some tens of nanoseconds.
 */
public final class LocalTokenSource implements TokenSource {
    private final TimeMeter clock;

    public LocalTokenSource() {
        this(TimeMeter.SYSTEM_NANOTIME);
    }

    LocalTokenSource(TimeMeter clock) {
        this.clock = clock;
    }

    @Override
    public TokenBucket open(long tenantId, String limit, Limits.Rate rate) {
        return new LocalBucket(rate, clock);
    }

    @Override
    public long nowNs() {
        return clock.currentTimeNanos();
    }

    private static final class LocalBucket implements TokenBucket {
        private final Bucket bucket;
        private volatile long burst;

        LocalBucket(Limits.Rate rate, TimeMeter clock) {
            this.burst = rate.burst();
            this.bucket = Bucket.builder()
                    .addLimit(bandwidth(rate))
                    .withCustomTimePrecision(clock)
                    .build();
        }

        /** The same id in each configuration, so that a replaced one takes over what is left. */
        private static Bandwidth bandwidth(Limits.Rate rate) {
            return Bandwidth.builder()
                    .capacity(rate.burst())
                    .refillGreedy(rate.perSecond(), Duration.ofSeconds(1))
                    .id("rate")
                    .build();
        }

        @Override
        public long take(long tokens) {
            return tokens <= 0 ? 0 : bucket.consumeIgnoringRateLimits(tokens);
        }

        @Override
        public long waitNs(long tokens) {
            long most = Math.min(tokens, burst);
            return most <= 0 ? 0 : bucket.estimateAbilityToConsume(most).getNanosToWaitForRefill();
        }

        @Override
        public void configure(Limits.Rate rate) {
            burst = rate.burst();
            bucket.replaceConfiguration(
                    BucketConfiguration.builder().addLimit(bandwidth(rate)).build(), TokensInheritanceStrategy.AS_IS);
        }

        @Override
        public long available() {
            return bucket.getAvailableTokens();
        }

        @Override
        public void close() {}
    }
}
