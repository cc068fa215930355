package io.sluice.config;

import java.util.List;

/**
 * A value as somebody wrote it.
 *
 * @param values one text; any number for a list
 * @param source where it was written, for messages
 */
record Raw(List<String> values, String source) {
    static Raw of(String value, String source) {
        return new Raw(List.of(value), source);
    }

    /** A list where commas separate, as flags and environment variables write it. */
    static Raw split(SettingSpec spec, String value, String source) {
        if (!spec.isList()) {
            return of(value, source);
        }
        return new Raw(value.isBlank() ? List.of() : List.of(value.strip().split("\\s*,\\s*")), source);
    }

    String text() {
        return String.join(",", values);
    }
}
