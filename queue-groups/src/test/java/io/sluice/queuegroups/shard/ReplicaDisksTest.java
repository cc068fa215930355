package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ReplicaDisksTest {
    private static final List<String> THREE = List.of("n1", "n2", "n3");

    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final ReplicaDisks disks = new ReplicaDisks(nowMs::get);

    @Test
    void oneShortReplicaOfThreeHarmsNothing() {
        disks.heard("n2", true);
        disks.heard("n3", false);
        assertThat(disks.areTooFewLeft(THREE, "n1")).isFalse();
    }

    @Test
    void twoShortReplicasOfThreeAreTooManyUntilOneHasRoomAgain() {
        disks.heard("n2", true);
        disks.heard("n3", true);
        assertThat(disks.areTooFewLeft(THREE, "n1")).isTrue();
        disks.heard("n3", false);
        assertThat(disks.areTooFewLeft(THREE, "n1")).isFalse();
    }

    @Test
    void aSilentReplicaCountsBesideAShortOneButNotAlone() {
        assertThat(disks.areTooFewLeft(THREE, "n1")).isFalse();
        disks.heard("n2", true);
        assertThat(disks.areTooFewLeft(THREE, "n1")).isTrue();
        nowMs.addAndGet(10_000);
        assertThat(disks.areTooFewLeft(THREE, "n1")).isFalse();
    }

    @Test
    void nodesThatHoldNothingOfTheShardDoNotCount() {
        disks.heard("n2", false);
        disks.heard("n4", true);
        disks.heard("n5", true);
        assertThat(disks.areTooFewLeft(THREE, "n1")).isFalse();
        assertThat(disks.areTooFewLeft(List.of("n1"), "n1")).isFalse();
    }
}
