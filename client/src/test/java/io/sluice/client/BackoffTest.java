package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesUpToItsBoundAndStartsOverWhenReset() {
        Backoff backoff = new Backoff(10, 50, () -> 1.0);
        assertThat(new long[] {backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.nextMs()})
                .containsExactly(10, 20, 40, 50);
        backoff.reset();
        assertThat(backoff.nextMs()).isEqualTo(10);
    }

    @Test
    void drawsFromTheUpperHalf() {
        assertThat(new Backoff(100, 100, () -> 0.0).nextMs()).isEqualTo(50);
    }
}
