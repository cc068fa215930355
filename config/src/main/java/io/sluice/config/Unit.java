package io.sluice.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a number in the settings counts, and how people write it. */
enum Unit {
    COUNT("a whole number", Map.of("", 1L)),
    BYTES("a size such as 512, 64KB, 64MB or 1GB (1KB is 1,024 bytes)", sizes()),
    MS("a duration such as 250ms, 5s, 2m or 1h (a bare number is ms)", durations());

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,3}(?:[_,]\\d{3})+|\\d+)\\s*([a-zA-Z]*)");

    private final String hint;
    private final Map<String, Long> factors;

    Unit(String hint, Map<String, Long> factors) {
        this.hint = hint;
        this.factors = factors;
    }

    /** The unit that a component's name announces. */
    static Unit ofName(String name) {
        if (name.endsWith("Bytes") || name.contains("BytesPer")) {
            return BYTES;
        }
        return name.endsWith("Ms") ? MS : COUNT;
    }

    /** For messages: how such a number is written. */
    String hint() {
        return hint;
    }

    /** The number meant, or empty if {@code text} is none or too large for a long. */
    OptionalLong parse(String text) {
        Matcher matcher = NUMBER.matcher(text.strip());
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        Long factor = factors.get(matcher.group(2).toLowerCase(Locale.ROOT));
        if (factor == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    Math.multiplyExact(Long.parseLong(matcher.group(1).replaceAll("[_,]", "")), factor));
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }

    /** The shortest exact way to write it. */
    String format(long number) {
        String best = "";
        for (Map.Entry<String, Long> factor : factors.entrySet()) {
            if (number % factor.getValue() == 0 && (number != 0 || best.isEmpty())) {
                best = number / factor.getValue() + shown(factor.getKey());
            }
        }
        return best;
    }

    private String shown(String suffix) {
        return this == BYTES ? suffix.toUpperCase(Locale.ROOT) : suffix;
    }

    /** Ascending, so that {@link #format} ends with the largest that divides. */
    private static Map<String, Long> sizes() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        String prefixes = "kmgt";
        sizes.put("b", 1L);
        sizes.put("", 1L);
        for (int i = 0; i < prefixes.length(); i++) {
            long factor = 1L << (10 * (i + 1));
            sizes.put(prefixes.charAt(i) + "ib", factor);
            sizes.put(prefixes.charAt(i) + "b", factor);
        }
        return sizes;
    }

    private static Map<String, Long> durations() {
        Map<String, Long> durations = new LinkedHashMap<>();
        durations.put("", 1L);
        durations.put("ms", 1L);
        durations.put("s", 1_000L);
        durations.put("min", 60_000L);
        durations.put("m", 60_000L);
        durations.put("h", 3_600_000L);
        durations.put("d", 86_400_000L);
        return durations;
    }
}
