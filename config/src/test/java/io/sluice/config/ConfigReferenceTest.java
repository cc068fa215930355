package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
    @Test
    void theManualShowsEverySettingAsItIs() throws Exception {
        String manual = Files.readString(Path.of("..", "docs", "OPERATIONS.md"));

        assertThat(manual)
                .as("docs/OPERATIONS.md must hold the table that ConfigReference.markdown() makes")
                .contains(ConfigReference.markdown());
    }
}
