package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsWhatIsInForce() throws Exception {
        Path file = Files.writeString(dir.resolve("sluice.yaml"), "node: {id: n7}");

        assertThat(run("config", "print", "--config", file.toString(), "--tcp-port", "1234"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("id: n7 ")
                .contains("# " + file + ":1")
                .contains("tcpPort: 1234 ");
    }

    @Test
    void refusesAWrongConfigurationWithEveryMistake() {
        assertThat(run("up", "--tcp-port", "x", "--log-shards", "0")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("2 mistakes")
                .contains("gateway.tcpPort")
                .contains("log.shards");
    }

    @Test
    void refusesToVerifyAFolderThatIsInUseOrHoldsNoLog() throws Exception {
        try (DataFolder used = DataFolder.open(dir, "n1", "sluice")) {
            assertThat(run("log", "verify", dir.toString())).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("a node runs on");
            assertThat(used.boot()).isPositive();
        }
        assertThat(run("log", "verify", dir.toString())).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("holds no log");
    }

    @Test
    void showsUsageForWhatItDoesNotKnow() {
        assertThat(run("upp")).isEqualTo(2);
        assertThat(run("log", "verify")).isEqualTo(2);
        assertThat(run("up", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage:");
    }

    @Test
    void checksThePrintedSettingsAgainstTheHeapThatANodeWouldGet() {
        Map<String, String> environment = Map.of("SLUICE_HEAP", "200m");
        int code = new Main(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), environment)
                .run(List.of("config", "print"));

        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("heap of 200MB");
    }

    private int run(String... args) {
        return new Main(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of())
                .run(List.of(args));
    }
}
