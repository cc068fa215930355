package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.spi.CrashFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Log, shard and queue group on a disk that loses, when the power fails, what was not forced: {@code -Dsluice.test.seed=…} repeats a run. */
@Timeout(300)
class PowerCutIT {
    private static final int CUTS = Integer.getInteger("sluice.test.cuts", 12);
    private static final int SEEDS_WITHOUT_FORCE = 20;
    private static final int MANY_SEGMENTS = 512 << 10;
    private static final int ONE_SEGMENT = 4 << 20;

    @TempDir
    Path dir;

    private final History history = new History();
    private final ShardClient.Progress progress = new ShardClient.Progress();
    private int boot;

    @Test
    void keepsEveryConfirmedMessageOverPowerCuts() throws Exception {
        long seed = Long.getLong("sluice.test.seed", System.nanoTime());
        Random random = new Random(seed);
        CrashFiles files = new CrashFiles(seed);
        try {
            for (int cut = 0; cut < CUTS; cut++) {
                liveUntilThePowerFails(files, random);
            }
            liveToTheEnd(files, MANY_SEGMENTS);
        } catch (IOException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", start " + boot + ", " + history, e);
        }
        assertThat(history.faults()).as("seed %s, %s", seed, history).isEqualTo(History.Faults.NONE);
        assertThat(history.confirmedCount()).as("%s", history).isEqualTo(history.publishedCount());
    }

    private void liveUntilThePowerFails(CrashFiles files, Random random) throws Exception {
        if (random.nextInt(4) == 0) {
            failWhileRecovering(files, random);
        }
        try (ShardsNode node = ShardsNode.start(dir, files, ++boot, MANY_SEGMENTS)) {
            ShardClient.open(node, history, progress);
            files.crashAfter(1 + random.nextInt(300));
            node.fatal().get(90, TimeUnit.SECONDS);
        }
        files.crash();
    }

    private void failWhileRecovering(CrashFiles files, Random random) {
        files.crashAfter(1 + random.nextInt(12));
        try (ShardsNode node = ShardsNode.start(dir, files, ++boot, MANY_SEGMENTS)) {
            assertThat(node.fatal()).succeedsWithin(90, TimeUnit.SECONDS);
        } catch (IOException e) {
            assertThat(files.isCrashed()).as("the node did not start: %s", e).isTrue();
        }
        files.crash();
    }

    private void liveToTheEnd(CrashFiles files, int segmentBytes) throws IOException {
        try (ShardsNode node = ShardsNode.start(dir, files, ++boot, segmentBytes)) {
            ShardClient client = ShardClient.open(node, history, progress);
            int confirmed = history.confirmedCount();
            Eventually.holds(() -> history.confirmedCount() > confirmed + 100, () -> "nothing confirmed: " + history);
            client.drain(node);
            Eventually.holds(
                    () -> node.stats().ready() + node.stats().unacked() == 0, () -> "the queue holds on: " + history);
        }
    }

    @Test
    void findsWhatIsLostWhenForcingDoesNothing() throws Exception {
        for (long seed = 1; seed <= SEEDS_WITHOUT_FORCE; seed++) {
            if (new PowerCutIT().lostWithoutForce(dir.resolve("seed" + seed), seed) > 0) {
                return;
            }
        }
        throw new AssertionError(SEEDS_WITHOUT_FORCE
                + " power cuts without a force, and the history has no loss: this test can't see a missing force");
    }

    /** Messages lost, 0 also where the log saw that it is damaged and did not start. */
    private long lostWithoutForce(Path folder, long seed) throws Exception {
        dir = folder;
        CrashFiles files = new CrashFiles(seed);
        try (ShardsNode node = ShardsNode.start(dir, files, ++boot, ONE_SEGMENT)) {
            files.ignoreForce();
            ShardClient.open(node, history, progress);
            Eventually.holds(() -> history.confirmedCount() > 500, () -> "not confirmed: " + history);
            files.crashAfter(1);
            node.fatal().get(90, TimeUnit.SECONDS);
        }
        files.crash();
        try {
            liveToTheEnd(files, ONE_SEGMENT);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("damaged log");
            return 0;
        }
        return history.faults().lost();
    }
}
