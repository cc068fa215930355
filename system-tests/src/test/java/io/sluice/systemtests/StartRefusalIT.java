package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.local.LocalNode;
import io.sluice.client.local.LocalNodeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node says that can't start, and that the one which runs isn't disturbed. */
@Timeout(180)
class StartRefusalIT {
    @TempDir
    static Path dir;

    private static TestNode running;

    @BeforeAll
    static void start() throws IOException {
        running = TestNode.start(dir.resolve("data"));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void refusesADataFolderThatAnotherNodeHolds() throws Exception {
        assertRefused("data", "another node runs on the data folder");
        assertThat(running.local().admin("GET", "/v1/tenants", "")).contains("{");
    }

    @Test
    void refusesAPortThatIsTaken() {
        String taken = running.local().tcp().split(":")[1];

        assertRefused("other", "gateway.tcpPort " + taken, "--tcp-port", taken);
        assertRefused("other", "in use", "--tcp-port", taken);
    }

    @Test
    void refusesAWrongConfigurationWithEveryMistakeAndItsSource() {
        assertRefused(
                "wrong",
                "log.shards = \"99\" (flag --log-shards): must be 1 to 64",
                "--log-shards",
                "99",
                "--log-level",
                "loud");
        assertRefused("wrong", "must be one of error, warn, info, debug", "--log-shards", "99", "--log-level", "loud");
    }

    private static void assertRefused(String data, String message, String... flags) {
        LocalNodeSpec spec = LocalNodeSpec.of(dir.resolve(data), "384m")
                .withJvmFlags(List.of("-XX:TieredStopAtLevel=1"))
                .withFlags(List.of("--log-segment-bytes", "16MB"))
                .withFlags(List.of(flags));
        assertThatThrownBy(() -> LocalNode.start(spec, Duration.ofSeconds(90)).kill())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
