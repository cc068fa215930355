package io.sluice.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sluice.log.spi.CrashFiles;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What was forced survives every crash; and the test notices when it is not forced. */
final class SegmentStoreCrashTest {
    private static final int STEPS = 400;

    @Test
    void losesNothingThatWasForcedAtAnyCrash() {
        int crashes = 0;
        int releases = 0;
        long start = Long.getLong("sluice.test.seed", 1);
        for (long seed = start; seed < start + Integer.getInteger("sluice.test.seeds", 150); seed++) {
            CrashRun run = run(seed, files -> {});
            crashes += run.crashes;
            releases += run.releases;
        }
        assertThat(crashes).isGreaterThan(1000);
        assertThat(releases).isGreaterThan(100);
    }

    private static CrashRun run(long seed, Consumer<CrashFiles> fault) {
        CrashFiles files = new CrashFiles(seed);
        fault.accept(files);
        try {
            CrashRun run = new CrashRun(files, seed);
            run.run(STEPS);
            return run;
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + " (-Dsluice.test.seed=" + seed + "): " + e.getMessage(), e);
        }
    }

    @Test
    void noticesWhenFilesAreNotForced() {
        assertNoticed(CrashFiles::ignoreForce);
    }

    @Test
    void noticesWhenFoldersAreNotForced() {
        assertNoticed(CrashFiles::ignoreForceDirectory);
    }

    private static void assertNoticed(Consumer<CrashFiles> fault) {
        for (long seed = 1; seed <= 20; seed++) {
            try {
                run(seed, fault);
            } catch (AssertionError noticed) {
                return;
            }
        }
        fail("20 runs without forcing, and nothing was lost: the test cannot see a missing force");
    }
}
