package io.sluice.log.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CopyPaceTest {
    @Test
    void grantsAtMostASecondsWorthAtOnceAndRefillsWithTime() {
        AtomicLong clockNs = new AtomicLong();
        CopyPace pace = new CopyPace(1000, clockNs::get);
        assertThat(pace.throttledByThroughput(600)).isEqualTo(600);
        assertThat(pace.throttledByThroughput(600)).isEqualTo(400);
        assertThat(pace.throttledByThroughput(600)).isZero();
        clockNs.addAndGet(500_000_000);
        assertThat(pace.throttledByThroughput(600)).isEqualTo(500);
        clockNs.addAndGet(60_000_000_000L);
        assertThat(pace.throttledByThroughput(5000)).isEqualTo(1000);
    }

    @Test
    void whoReceivesIsGrantedAChunkHoweverMuchItAsksFor() {
        AtomicLong clockNs = new AtomicLong();
        CopyPace pace = new CopyPace(10 << 20, clockNs::get);
        assertThat(pace.waiting().throttledByThroughput(1000)).isEqualTo(1000);
        assertThat(pace.waiting().throttledByThroughput(Integer.MAX_VALUE)).isEqualTo(128 << 10);
    }
}
