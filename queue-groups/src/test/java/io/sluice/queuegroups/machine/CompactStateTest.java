package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompactStateTest {
    @Test
    void keepsRunsInOrderThroughSealedChunks() {
        Random random = new Random(3);
        RunDeque deque = new RunDeque();
        List<Run> expected = new ArrayList<>();
        long position = 1;
        for (int i = 1; i <= 5_000; i++) {
            int count = 1 + random.nextInt(3) / 2 * random.nextInt(1000);
            long bytes = count * (2_000L + random.nextInt(100_000));
            long expiryMs = random.nextInt(5) == 0 ? 1_000 + random.nextInt(1_000_000) : Run.NEVER;
            Run run = new Run(
                    position,
                    i * 3L - random.nextInt(9),
                    random.nextInt(4),
                    count,
                    bytes,
                    expiryMs,
                    500 + i,
                    random.nextInt(3) == 0 ? random.nextInt() : 0,
                    random.nextInt(9) == 0);
            expected.add(run);
            deque.add(run);
            position += count + random.nextInt(3);
        }
        List<Run> seen = new ArrayList<>();
        deque.forEach(seen::add);
        assertThat(seen).isEqualTo(expected);
        assertThat(deque.first()).isEqualTo(expected.get(0));
        for (Run run : expected) {
            assertThat(deque.take(run.count())).isEqualTo(run);
        }
        assertThat(deque.isEmpty()).isTrue();
        assertThat(deque.bytes()).isZero();
    }

    @Test
    void needsAtMostSixBytesForARunOfOneMessage() {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < RunDeque.CHUNK_RUNS; i++) {
            runs.add(new Run(i, 1_000_000 + i, 0, 1, 280 + i % 40, Run.NEVER, 1_700_000_000_000L + 2L * i, 0, false));
        }
        assertThat(Chunk.seal(runs).data().length).isLessThan(6 * runs.size());
    }

    @Test
    void sharesOfARunSumUpToTheWhole() {
        Run rest = new Run(1, 1, 0, 7, 100, Run.NEVER, 0, 0, false);
        long sum = 0;
        while (rest.count() > 1) {
            sum += rest.first(1).bytes();
            rest = rest.after(1);
        }
        assertThat(sum + rest.bytes()).isEqualTo(100);
    }

    @Test
    void roundsDelaysSoLittleThatBucketsStayFew() {
        Set<Long> buckets = new HashSet<>();
        for (long delayMs = 1; delayMs < 10_000_000; delayMs += 97) {
            long dueMs = DelayedRuns.dueMs(123_456, delayMs);
            assertThat(dueMs - 123_456).isBetween(delayMs, delayMs + delayMs / 64 + 1);
            buckets.add(dueMs);
        }
        assertThat(buckets).hasSizeLessThan(1_500);
    }

    @Test
    void reportsABlockAsLiveUntilItsLastMessageIsReleased() {
        PinTable pins = new PinTable();
        Run run = new Run(1, 5_000, 0, 3, 10, Run.NEVER, 0, 0, false);
        pins.pin(run);
        pins.unpin(run.first(2));
        assertThat(pins.liveBytes(5_000, 5_000)).isPositive();
        assertThat(pins.liveBytes(0, 4_000)).isZero();
        assertThat(pins.liveBytes(6_000, Long.MAX_VALUE)).isZero();
        pins.unpin(run.after(2));
        assertThat(pins.liveBytes(0, Long.MAX_VALUE)).isZero();
    }
}
