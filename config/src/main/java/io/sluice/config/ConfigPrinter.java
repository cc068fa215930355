package io.sluice.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Prints what is in force as YAML, with where each value comes from. Secrets are masked. */
public final class ConfigPrinter {
    private static final int COMMENT_COLUMN = 52;

    private final LoadedConfig loaded;

    public ConfigPrinter(LoadedConfig loaded) {
        this.loaded = loaded;
    }

    public String print() {
        Map<String, Object> values = RecordReader.flatten(loaded.config());
        StringBuilder out = new StringBuilder();
        String[] open = {};
        for (SettingSpec spec : SettingSpec.all()) {
            String[] parts = spec.path().split("\\.");
            openSections(out, open, parts);
            open = parts;
            String line = "  ".repeat(parts.length - 1) + parts[parts.length - 1] + ": "
                    + shown(spec, Objects.requireNonNull(values.get(spec.path())));
            out.append(line).append(" ".repeat(Math.max(1, COMMENT_COLUMN - line.length())));
            out.append("# ").append(loaded.sources().get(spec.path())).append('\n');
        }
        return out.toString();
    }

    private static void openSections(StringBuilder out, String[] open, String[] parts) {
        boolean same = true;
        for (int i = 0; i < parts.length - 1; i++) {
            same = same && i < open.length - 1 && open[i].equals(parts[i]);
            if (!same) {
                out.append("  ".repeat(i)).append(parts[i]).append(":\n");
            }
        }
    }

    private static String shown(SettingSpec spec, Object value) {
        if (spec.rule().secret() && !value.toString().isEmpty()) {
            return "\"***\"";
        }
        if (value instanceof Number number) {
            return spec.unit().format(number.longValue());
        }
        if (value instanceof List<?> list) {
            return list.stream().map(item -> quoted(item.toString())).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Path path ? quoted(path.toString()) : quoted(value.toString());
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z][A-Za-z0-9./_-]*")
                ? text
                : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
