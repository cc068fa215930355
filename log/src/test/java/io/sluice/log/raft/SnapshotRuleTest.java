package io.sluice.log.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SnapshotRuleTest {
    private final AtomicLong missing = new AtomicLong(Long.MAX_VALUE);
    private final SnapshotRule rule = new SnapshotRule(ReplicaGroup.settings(800, 2000, 1), missing::get);

    private int bytesUntilDue(long newestIndex) {
        int bytes = 0;
        do {
            bytes += 10;
        } while (!rule.isDueAfter(10, newestIndex));
        return bytes;
    }

    @Test
    void isDueAfterSoManyBytesAndAgain() {
        assertThat(bytesUntilDue(0)).isEqualTo(800);
        assertThat(bytesUntilDue(100)).isEqualTo(800);
    }

    @Test
    void waitsBoundedForWhoNeedsWhatWouldBeCutOff() {
        missing.set(100);
        assertThat(bytesUntilDue(98)).isEqualTo(800);
        assertThat(bytesUntilDue(100)).isEqualTo(2000);
        missing.set(102);
        assertThat(bytesUntilDue(100)).isEqualTo(800);
    }

    @Test
    void waitsForWhoHasJustTheNewestSnapshotsEntrySinceConsensusComparesThatOne() {
        missing.set(101);
        assertThat(bytesUntilDue(100)).isEqualTo(2000);
    }

    @Test
    void theFirstSnapshotCutsNothingOffAndWaitsForNobody() {
        missing.set(1);
        assertThat(bytesUntilDue(0)).isEqualTo(800);
    }

    @Test
    void goesOnSoonAfterTheLastOneCaughtUp() {
        missing.set(50);
        for (int bytes = 10; bytes < 1200; bytes += 10) {
            assertThat(rule.isDueAfter(10, 100)).isFalse();
        }
        missing.set(102);
        assertThat(bytesUntilDue(100)).isLessThanOrEqualTo(110);
    }

    @Test
    void writersAndReceiversAreHeldToTheRate() {
        AtomicLong clockNs = new AtomicLong();
        CopyPace pace = new CopyPace(1000, clockNs::get);
        assertThat(pace.takeNs(100)).isZero();
        assertThat(pace.takeNs(500)).isEqualTo(500_000_000);
        clockNs.addAndGet(500_000_000);
        assertThat(pace.takeNs(100)).isEqualTo(100_000_000);
        clockNs.addAndGet(10_000_000_000L);
        assertThat(pace.takeNs(100)).isZero();
    }
}
