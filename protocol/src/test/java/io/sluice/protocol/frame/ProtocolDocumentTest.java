package io.sluice.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.MessageFormat;
import io.sluice.protocol.MessageValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/PROTOCOL.md says what the code does. */
class ProtocolDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "PROTOCOL.md");

    private final String text = read();

    private static String read() {
        try {
            return Files.readString(DOCUMENT);
        } catch (IOException e) {
            throw new AssertionError("tests run in the module's folder", e);
        }
    }

    private Map<String, String> rows(String pattern) {
        Map<String, String> rows = new LinkedHashMap<>();
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
        while (matcher.find()) {
            rows.put(matcher.group(1), matcher.group(2));
        }
        return rows;
    }

    @Test
    void listsEveryFrameWithItsNumberAndSender() {
        Map<String, String> expected = new LinkedHashMap<>();
        for (FrameType type : FrameType.values()) {
            expected.put(
                    type.name(), type.number() + " | " + type.sender().name().toLowerCase(java.util.Locale.ROOT));
        }
        assertThat(rows("^\\| ([A-Z_]+) \\| (\\d+ \\| (?:client|server|both)) \\|"))
                .isEqualTo(expected);
    }

    @Test
    void listsEveryCodeWithItsNumberAndWhetherToRetry() {
        Map<String, String> expected = new LinkedHashMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            expected.put(code.name(), code.wire() + " | " + (code.retryable() ? "yes" : "no"));
        }
        assertThat(rows("^\\| `([A-Z_]+)` \\| (\\d+ \\| (?:yes|no)) \\|")).isEqualTo(expected);
    }

    @Test
    void statesTheFlagsAndLimitsOfMessages() {
        assertThat(rows("^ {4}\\[flags (\\d+) +(\\w+)"))
                .isEqualTo(Map.of(
                        String.valueOf(MessageFormat.HAS_KEY), "key",
                        String.valueOf(MessageFormat.HAS_HEADERS), "headers",
                        String.valueOf(MessageFormat.HAS_TTL), "ttlMs",
                        String.valueOf(MessageFormat.HAS_DELAY), "delayMs",
                        String.valueOf(MessageFormat.HAS_PRIORITY), "priority",
                        String.valueOf(MessageFormat.COMPRESSED_LZ4), "LZ4"));
        assertThat(text)
                .contains(String.format(java.util.Locale.ROOT, "(1–%,d)", MessageValidator.MAX_KEY_BYTES))
                .contains(String.format(java.util.Locale.ROOT, "(at most %,d)", MessageValidator.MAX_HEADERS_BYTES))
                .contains("u16 count (1–" + MessageValidator.MAX_HEADERS + ")")
                .contains(String.format(java.util.Locale.ROOT, "(at most %,d)", Ranges.MAX_COUNT))
                .contains(String.format(java.util.Locale.ROOT, "(1–%,d)", Publish.MAX_SECTIONS))
                .contains("0x" + Integer.toHexString(Connect.MAGIC).toUpperCase(java.util.Locale.ROOT))
                .contains("at most " + MessageValidator.MAX_COMPRESSION_RATIO + " times the body");
    }
}
