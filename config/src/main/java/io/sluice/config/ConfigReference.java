package io.sluice.config;

import java.util.List;

/** Writes the table of all settings for the operations manual; a test keeps the manual equal to it. */
public final class ConfigReference {
    private ConfigReference() {}

    /** A Markdown table, one row a setting. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("| setting | default | allowed | meaning |\n|---|---|---|---|\n");
        for (SettingSpec spec : SettingSpec.all()) {
            String defaultText =
                    spec.rule().value().isEmpty() ? "empty" : "`" + spec.rule().value() + "`";
            out.append("| `%s` | %s | %s | %s |%n"
                    .formatted(
                            spec.path(), defaultText, allowed(spec), spec.rule().doc())
                    .replace(System.lineSeparator(), "\n"));
        }
        return out.toString();
    }

    private static String allowed(SettingSpec spec) {
        if (spec.isNumber()) {
            return ValueParser.range(spec);
        }
        List<String> words = List.of(spec.rule().oneOf());
        if (!words.isEmpty()) {
            return String.join(", ", words);
        }
        return spec.isList() ? "list" : spec.type() == String.class ? "text" : "path";
    }
}
