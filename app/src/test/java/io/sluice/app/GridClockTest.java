package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GridClockTest {
    private static final long NS_PER_MS = 1_000_000;

    private long clusterTimeMs = 5_000_000;
    private final GridClock clock = new GridClock(() -> clusterTimeMs);

    @Test
    void goesOnAtItsPaceWhenTheWallClockIsSetBack() {
        long before = clock.currentTimeNanos();
        clusterTimeMs -= 3_600_000;
        assertThat(clock.currentTimeNanos()).isEqualTo(before);
        clusterTimeMs += 250;
        assertThat(clock.currentTimeNanos()).isEqualTo(before + 250 * NS_PER_MS);
    }

    @Test
    void followsAClockThatIsSetForward() {
        long before = clock.currentTimeNanos();
        clusterTimeMs += 3_600_000;
        assertThat(clock.currentTimeNanos()).isEqualTo(before + 3_600_000 * NS_PER_MS);
    }
}
