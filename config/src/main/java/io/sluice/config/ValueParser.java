package io.sluice.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Turns what somebody wrote into a setting's value, or into what is wrong with it. */
final class ValueParser {
    private ValueParser() {}

    /** @param problem what is allowed, where {@code value} is null */
    record Parsed(@Nullable Object value, String problem) {
        static Parsed ok(Object value) {
            return new Parsed(value, "");
        }

        static Parsed refused(String problem) {
            return new Parsed(null, problem);
        }
    }

    static Parsed parse(SettingSpec spec, Raw raw) {
        if (spec.isList()) {
            return list(spec, raw.values());
        }
        if (raw.values().size() != 1) {
            return Parsed.refused("one value is expected, not a list");
        }
        String text = raw.values().get(0);
        if (spec.isNumber()) {
            return number(spec, text);
        }
        return spec.type() == Path.class ? path(text) : string(spec.rule(), text);
    }

    private static Parsed number(SettingSpec spec, String text) {
        OptionalLong number = spec.unit().parse(text);
        if (number.isEmpty()) {
            return Parsed.refused("must be " + spec.unit().hint() + ", " + range(spec));
        }
        long value = number.getAsLong();
        if (value < bound(spec, spec.rule().min(), 0)
                || value > bound(spec, spec.rule().max(), Long.MAX_VALUE)) {
            return Parsed.refused("must be " + range(spec));
        }
        return spec.type() == int.class ? Parsed.ok(Math.toIntExact(value)) : Parsed.ok(value);
    }

    /** For messages and the manual: {@code 1MB to 1GB}. */
    static String range(SettingSpec spec) {
        return spec.rule().min() + " to " + spec.rule().max();
    }

    private static long bound(SettingSpec spec, String text, long otherwise) {
        return text.isEmpty() ? otherwise : spec.unit().parse(text).orElseThrow();
    }

    private static Parsed string(Setting rule, String text) {
        List<String> words = List.of(rule.oneOf());
        if (!words.isEmpty() && !words.contains(text)) {
            return Parsed.refused("must be one of " + String.join(", ", words));
        }
        if (!rule.pattern().isEmpty() && !text.matches(rule.pattern())) {
            return Parsed.refused("must match " + rule.pattern());
        }
        return Parsed.ok(text);
    }

    private static Parsed list(SettingSpec spec, List<String> items) {
        for (String item : items) {
            Parsed parsed = string(spec.rule(), item);
            if (parsed.value() == null) {
                return Parsed.refused("each item " + parsed.problem());
            }
        }
        return Parsed.ok(List.copyOf(items));
    }

    private static Parsed path(String text) {
        if (text.isBlank()) {
            return Parsed.refused("must be the path of a folder");
        }
        try {
            return Parsed.ok(Path.of(text));
        } catch (InvalidPathException invalid) {
            return Parsed.refused("must be a path: " + invalid.getReason());
        }
    }
}
