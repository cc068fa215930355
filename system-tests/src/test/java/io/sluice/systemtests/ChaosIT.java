package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.benchmark.chaos.ChaosOptions;
import io.sluice.benchmark.chaos.ChaosReport;
import io.sluice.benchmark.chaos.ChaosRun;
import io.sluice.benchmark.chaos.Fault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few faults, each once, under the judge of {@code ./sluice chaos}, which does it for longer and with all of them. */
@Timeout(400)
class ChaosIT {
    private static final Logger LOG = LoggerFactory.getLogger(ChaosIT.class);
    private static final List<Fault> FAULTS =
            List.of(Fault.KILL_LEADER, Fault.CUT_CLIENTS, Fault.FREEZE_NODE, Fault.REST, Fault.KILL_MAJORITY);

    @TempDir
    Path folder;

    @Test
    void nothingIsLostDoubledOrReorderedWhateverHappensToTheNodes() throws Exception {
        long seed = Long.getLong("sluice.test.seed", 3);
        ChaosOptions options = new ChaosOptions(0, seed, 3, FAULTS, 600, "256m", folder.resolve("run"), true);
        ChaosReport report = new ChaosRun(options, LOG::info).run();
        LOG.info("{}\n{}", report.table(), report.story());
        assertThat(report.passed()).as("%s%n%s", report.table(), report.story()).isTrue();
    }
}
